import type { Envelope } from '../../../cli/session/outcome.ts'
import { runCli } from './run-cli.ts'

export interface CheckFinding {
  readonly code: string
  readonly where: string
  readonly what: string
  readonly fix: string
  readonly severity: string
}

/**
 * Runs `coldsweep config check --json`, up to three times if the check reports a running service as
 * `down`. On a busy machine the check's limit of 5 seconds may be too short.
 * @param isAway whether the test itself has stopped the service at the result's `where`
 */
export async function checkPatiently(
  {
    env,
    argv,
  }: { readonly env: Readonly<Record<string, string>>; readonly argv: readonly string[] },
  isAway: (where: string) => boolean,
) {
  for (let tries = 1; ; tries += 1) {
    const answer = await runCli(['config', 'check', ...argv, '--json'], env)
    const envelope: Envelope = answer.envelope()
    const { findings } = envelope.data as { findings: CheckFinding[] }
    const isSlow = findings.some(({ severity, where }) => severity === 'down' && !isAway(where))
    if (!isSlow || tries === 3) return { ...answer, ...envelope, findings }
  }
}
