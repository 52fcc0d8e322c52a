import { chaosTable } from './frame/chaos-table.ts'
import { coinTokens } from './oddities/coin-tokens.ts'
import { identity } from './oddities/identity.ts'
import { logLists } from './oddities/log-lists.ts'

/** Runs coldsweep on nodes that could make one payment look like another or like two payments. */
chaosTable([...coinTokens, ...identity, ...logLists])
