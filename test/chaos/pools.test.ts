import { chaosTable } from './frame/chaos-table.ts'
import { pools } from './oddities/pools.ts'

/** Runs coldsweep on nodes whose pool holds transactions that no block includes. */
chaosTable(pools)
