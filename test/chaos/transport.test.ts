import { chaosTable } from './frame/chaos-table.ts'
import { hiddenByOne } from './oddities/cut-answers.ts'
import { strangers } from './oddities/strangers.ts'
import { transport } from './oddities/transport.ts'

chaosTable([...transport, hiddenByOne, ...strangers])
