import type { Row } from './display/rows.ts'

const OPERATOR = 'demo'
const REASON = 'the token is no longer paused'

/** CLI arguments after `coldsweep`. */
export function retryArguments({ id }: Pick<Row, 'id'>): string[] {
  return ['retry', id, '--operator', OPERATOR, '--reason', REASON]
}

/** Arguments of the `temporal` CLI that send the same retry as a signal. */
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

/** Quotes the words so that a shell takes each as one argument. */
export function shellCommand(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ')
}
