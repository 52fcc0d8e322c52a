// The real scanner or worker, with parts that kill the process at the ordered crash point:
//   CRASH_ORDERS=<file> node <built>/test/harness/processes/crashing-process.js <scanner | worker>
//   [<one loop of the worker>]
import { run as runScanner } from '../../../scanner/main.ts'
import { run as runWorker } from '../../../workers/main.ts'
import type { WorkerLoop } from '../../../workers/main-parts.ts'
import { crashPoints, drainCrashPoints } from './crash-points.ts'
import { crashing } from './crashing.ts'

const [kind, only] = process.argv.slice(2)
const wrap = crashing(process.env['CRASH_ORDERS'] ?? '', [...crashPoints, ...drainCrashPoints])
process.exitCode =
  kind === 'scanner'
    ? await runScanner({ wrap })
    : await runWorker({ wrap, only: only as WorkerLoop | undefined })
