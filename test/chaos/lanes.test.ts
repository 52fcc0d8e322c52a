import { chaosTable } from './frame/chaos-table.ts'
import { lanes } from './oddities/lanes.ts'

chaosTable(lanes)
