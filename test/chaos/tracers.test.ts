import { chaosTable } from './frame/chaos-table.ts'
import { tracers } from './oddities/tracers.ts'

/** Runs coldsweep on nodes that return odd traces of internal transfers. */
chaosTable(tracers)
