import { chaosTable } from './chaos-table.ts'
import { pools } from './oddities/pools.ts'

chaosTable(pools)
