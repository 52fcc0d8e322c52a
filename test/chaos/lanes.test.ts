import { chaosTable } from './chaos-table.ts'
import { lanes } from './oddities/lanes.ts'

chaosTable(lanes)
