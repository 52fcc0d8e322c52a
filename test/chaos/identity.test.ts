import { chaosTable } from './frame/chaos-table.ts'
import { coinTokens } from './oddities/coin-tokens.ts'
import { identity } from './oddities/identity.ts'
import { logLists } from './oddities/log-lists.ts'

chaosTable([...coinTokens, ...identity, ...logLists])
