import { chaosTable } from './frame/chaos-table.ts'
import { history } from './oddities/history.ts'

/** Runs coldsweep on a node that refuses requests for old state and old logs. */
chaosTable(history)
