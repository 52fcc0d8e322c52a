import { chaosTable } from './chaos-table.ts'
import { heads } from './oddities/heads.ts'

chaosTable(heads)
