import type { Row } from './rows.ts'

const OPERATOR = 'demo'
const REASON = 'the token is no longer paused'

/** Returns the arguments after `coldsweep` that retry a deposit. */
export function retryArguments({ id }: Pick<Row, 'id'>): string[] {
  return ['retry', id, '--operator', OPERATOR, '--reason', REASON]
}

/** Returns the arguments of the `temporal` CLI that send the same retry as a signal. */
export function signalArguments(
  { id }: Pick<Row, 'id'>,
  temporal: { address: string; namespace: string },
): string[] {
  return [
    ...['workflow', 'signal', '--address', temporal.address, '--namespace', temporal.namespace],
    ...['--workflow-id', `sweep-${id.replaceAll(':', '-')}`, '--name', 'retryNow'],
    ...['--input', JSON.stringify({ operator: OPERATOR, reason: REASON })],
  ]
}

/**
 * Joins words to a shell command. Quotes each word that a shell would otherwise split or expand.
 */
export function shellCommand(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ')
}

/** Web UI query for sweeps that need an operator. */
export const NEEDS_ATTENTION = "SweepState = 'needs-attention' AND ExecutionStatus = 'Running'"

/** Excludes the workflows of schedules, which start every few seconds. */
const SWEEPS = "WorkflowType IN ('nativeSweep', 'tokenSweep')"

/**
 * Returns the URLs of Temporal's Web UI that list all sweeps, and the sweeps that need an operator.
 */
export function webUiPages(
  ui: string,
  namespace: string,
): { sweeps: string; needsAttention: string } {
  const page = (query: string) =>
    `${ui}/namespaces/${encodeURIComponent(namespace)}/workflows?query=${encodeURIComponent(query)}`
  return { sweeps: page(SWEEPS), needsAttention: page(NEEDS_ATTENTION) }
}
