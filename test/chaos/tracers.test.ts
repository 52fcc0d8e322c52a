import { chaosTable } from './chaos-table.ts'
import { tracers } from './oddities/tracers.ts'

chaosTable(tracers)
