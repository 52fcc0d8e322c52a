import { chaosTable } from './frame/chaos-table.ts'
import { tracers } from './oddities/tracers.ts'

chaosTable(tracers)
