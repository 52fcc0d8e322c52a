import { chaosTable } from './frame/chaos-table.ts'
import { limits } from './oddities/limits.ts'

chaosTable(limits)
