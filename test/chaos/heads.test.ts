import { chaosTable } from './frame/chaos-table.ts'
import { heads } from './oddities/heads.ts'

/** Runs coldsweep on a node whose head stops. */
chaosTable(heads)
