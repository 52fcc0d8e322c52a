import { chaosTable } from './frame/chaos-table.ts'
import { pools } from './oddities/pools.ts'

chaosTable(pools)
