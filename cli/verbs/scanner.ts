import { run } from '../../scanner/main.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import { processOutcome } from '../session/process-outcome.ts'

/** Runs until SIGTERM or SIGINT; its log is on stderr. */
export async function scanner(
  { chain }: { readonly chain?: number },
  _session: Session,
): Promise<Outcome> {
  return processOutcome('scanner', await run({ chain }))
}
