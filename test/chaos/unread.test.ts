import { chaosTable } from './chaos-table.ts'
import { unread } from './oddities/unread.ts'

chaosTable(unread)
