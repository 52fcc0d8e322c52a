import type { EnvelopeError } from './outcome.ts'

/** The one JSON object that `--json` prints on stdout. */
export interface Envelope {
  readonly v: 1
  readonly ok: boolean
  readonly data: unknown
  readonly errors: readonly EnvelopeError[]
}

/** Formats the envelope as one line. Remaining bigints become decimal strings. */
export function formatEnvelope(ok: boolean, data: unknown, errors: readonly EnvelopeError[]): string {
  const envelope: Envelope = { v: 1, ok, data: data ?? null, errors }
  return JSON.stringify(envelope, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
}
