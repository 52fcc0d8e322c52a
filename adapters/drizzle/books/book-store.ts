import { eq, max, sql } from 'drizzle-orm'
import type { Address, Hash } from '../../../domain/address.ts'
import { differenceIdentity, openDifferences } from '../../../domain/books/acknowledgement.ts'
import type { BookStore } from '../../../domain/books/book-store.ts'
import type { Reconciliation } from '../../../domain/books/reconciliation.ts'
import { reportJson } from '../../../domain/books/report-json.ts'
import type { EventBody } from '../../../domain/outbox/event.ts'
import { reconciliations } from '../../../drizzle/schema.ts'
import { owe } from '../outbox/events.ts'
import type { Queries } from '../queries.ts'
import { endAcknowledgements } from './acknowledge.ts'
import { readBookRows } from './book-rows.ts'

/** Timeout of a statement, in milliseconds. The statements read whole tables, even large ones. */
const readWithinMs = 600_000

/**
 * Creates the store that reads the books for reconciliation and stores its report. If the books
 * differ from the chain, the report's commit also writes an event.
 */
export function createBookStore(db: Queries): BookStore {
  return {
    rows: (chainId, height) =>
      // All rows come from one snapshot, so a sweep that closes during the read is read either
      // completely or not at all.
      db.transaction(
        async (tx) => {
          await tx.execute(sql.raw(`set local statement_timeout = ${readWithinMs}`))
          return await readBookRows(tx, chainId, height)
        },
        { isolationLevel: 'repeatable read', accessMode: 'read only' },
      ),
    store: (report) => db.transaction((tx) => store(tx, report)),
  }
}

/** A report at an older block may lack a difference that began later. */
async function isNewest(tx: Queries, { chainId, block }: Reconciliation): Promise<boolean> {
  const [stored] = await tx
    .select({ height: max(reconciliations.blockNumber) })
    .from(reconciliations)
    .where(eq(reconciliations.chainId, chainId))
  const height = stored?.height ?? null
  return height === null || block.number >= height
}

async function store(tx: Queries, report: Reconciliation): Promise<void> {
  const { chainId, block } = report
  const differences = openDifferences(report.differences)
  if (await isNewest(tx, report)) {
    const found = report.differences.map((it) => differenceIdentity(chainId, it))
    await endAcknowledgements(tx, chainId, found)
  }
  const [row] = await tx
    .insert(reconciliations)
    .values({
      chainId,
      blockNumber: block.number,
      blockHash: block.hash,
      balanced: differences.length === 0,
      report: reportJson(report),
      doneAt: sql`now()`,
    })
    .returning({ id: reconciliations.id })
  if (differences.length === 0 || !row) return
  const [first] = differences
  const body: EventBody = {
    v: 1,
    type: 'reconcile.difference',
    seq: Number(row.id),
    at: new Date().toISOString(),
    chainId,
    data: {
      blockNumber: Number(block.number),
      blockHash: block.hash as Hash,
      differences: differences.length,
      kinds: [...new Set(differences.map(({ kind }) => kind))].join(','),
      first: `${first?.address as Address}: ${first?.words}`,
    },
  }
  await owe(tx, [{ kind: 'event', route: body.type, body }])
}
