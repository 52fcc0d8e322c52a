import { chaosTable } from './frame/chaos-table.ts'
import { unread } from './oddities/unread.ts'

chaosTable(unread)
