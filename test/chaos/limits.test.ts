import { chaosTable } from './chaos-table.ts'
import { limits } from './oddities/limits.ts'

chaosTable(limits)
