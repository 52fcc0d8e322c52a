import type { Row } from './display/rows.ts'

const OPERATOR = 'demo'
const REASON = 'the token is not paused any more'

/** Arguments after `coldsweep`. */
export function retryArguments({ id }: Pick<Row, 'id'>): string[] {
  return ['retry', id, '--operator', OPERATOR, '--reason', REASON]
}

/** The same by Temporal's own client. */
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

/** To be pasted into a shell. */
export function shellCommand(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ')
}
