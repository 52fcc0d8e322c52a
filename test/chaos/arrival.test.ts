import { chaosTable } from './frame/chaos-table.ts'
import { arrival } from './oddities/arrival.ts'
import { unbacked } from './oddities/unbacked.ts'

/**
 * Runs coldsweep on nodes and tokens whose balances or logs do not show how much a deposit moved.
 */
chaosTable([...arrival, ...unbacked])
