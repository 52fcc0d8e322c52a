import { chaosTable } from './frame/chaos-table.ts'
import { lanes } from './oddities/lanes.ts'

/** Runs coldsweep on nodes that lose, refuse or hide transactions. */
chaosTable(lanes)
