import { chaosTable } from './frame/chaos-table.ts'
import { limits } from './oddities/limits.ts'

/** Runs coldsweep on nodes that answer with unusual errors, or lack a method. */
chaosTable(limits)
