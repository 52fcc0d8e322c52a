import { chaosTable } from './frame/chaos-table.ts'
import { decisions } from './oddities/decisions.ts'

chaosTable(decisions)
