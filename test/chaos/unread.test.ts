import { chaosTable } from './frame/chaos-table.ts'
import { unread } from './oddities/unread.ts'

/** Runs coldsweep on nodes with odd answers about one block or transaction. */
chaosTable(unread)
