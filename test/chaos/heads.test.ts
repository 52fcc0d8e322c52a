import { chaosTable } from './frame/chaos-table.ts'
import { heads } from './oddities/heads.ts'

chaosTable(heads)
