import { chaosTable } from './frame/chaos-table.ts'
import { numbers } from './oddities/numbers.ts'

/** Runs coldsweep on nodes that omit a gas price or a base fee. */
chaosTable(numbers)
