import { chaosTable } from './frame/chaos-table.ts'
import { arrival } from './oddities/arrival.ts'
import { unbacked } from './oddities/unbacked.ts'

chaosTable([...arrival, ...unbacked])
