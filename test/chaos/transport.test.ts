import { chaosTable } from './frame/chaos-table.ts'
import { hiddenByOne } from './oddities/cut-answers.ts'
import { strangers } from './oddities/strangers.ts'
import { transport } from './oddities/transport.ts'

/** Runs coldsweep on failing providers, on an endpoint that hides a log, and on a huge receipt. */
chaosTable([...transport, hiddenByOne, ...strangers])
