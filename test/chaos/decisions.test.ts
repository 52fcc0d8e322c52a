import { chaosTable } from './chaos-table.ts'
import { decisions } from './oddities/decisions.ts'

chaosTable(decisions)
