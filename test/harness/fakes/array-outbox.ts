import type { Outbox, OutboxKind, OutboxRow } from '../../../domain/outbox/outbox.ts'

export interface ArrayOutbox extends Outbox {
  readonly rows: (OutboxRow & { readonly kind: OutboxKind })[]
  owe(kind: OutboxKind, route: string, body?: unknown): void
}

/**
 * Creates an in-memory outbox. `drain` deletes the published rows, or no row if `publish` throws.
 */
export function arrayOutbox(): ArrayOutbox {
  const rows: ArrayOutbox['rows'] = []
  let id = 0n
  return {
    rows,
    owe(kind, route, body = {}) {
      id += 1n
      rows.push({ id, kind, route, body })
    },
    async drain(kind, limit, publish) {
      const oldest = rows.filter((row) => row.kind === kind).slice(0, limit)
      if (oldest.length === 0) return 0
      const published = await publish(oldest)
      for (const id of published) {
        rows.splice(
          rows.findIndex((row) => row.id === id),
          1,
        )
      }
      return published.length
    },
    lagSeconds: async (kind) => (rows.some((row) => row.kind === kind) ? 7 : 0),
  }
}
