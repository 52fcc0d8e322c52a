import { chaosTable } from './frame/chaos-table.ts'
import { decisions } from './oddities/decisions.ts'

/** Runs coldsweep on nodes that fail wide log searches, or refuse a call that a plan needs. */
chaosTable(decisions)
