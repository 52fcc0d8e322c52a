import { chaosTable } from './chaos-table.ts'
import { history } from './oddities/history.ts'

chaosTable(history)
