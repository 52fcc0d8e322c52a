import { run } from '../../workers/main.ts'
import type { WorkerLoop } from '../session/arguments.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { processOutcome } from '../session/process-outcome.ts'

/** Runs until SIGTERM or SIGINT; its log is on stderr. */
export async function worker(
  { only }: { readonly only?: WorkerLoop },
  _session: Session,
): Promise<Outcome> {
  return processOutcome('worker', await run({ only }))
}
