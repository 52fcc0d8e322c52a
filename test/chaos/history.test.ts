import { chaosTable } from './frame/chaos-table.ts'
import { history } from './oddities/history.ts'

chaosTable(history)
