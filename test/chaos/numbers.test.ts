import { chaosTable } from './frame/chaos-table.ts'
import { numbers } from './oddities/numbers.ts'

chaosTable(numbers)
