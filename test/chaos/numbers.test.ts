import { chaosTable } from './chaos-table.ts'
import { numbers } from './oddities/numbers.ts'

chaosTable(numbers)
