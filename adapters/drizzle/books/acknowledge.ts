import { and, asc, desc, eq, sql } from 'drizzle-orm'
import { type Acknowledgement, neverAcknowledged } from '../../../domain/books/acknowledgement.ts'
import type { ReportJson } from '../../../domain/books/report-json.ts'
import type { SignedOrder } from '../../../domain/operators/deposit-orders.ts'
import { acknowledgedDifferences, reconciliations } from '../../../drizzle/schema.ts'
import { recordAction } from '../operators/note-order.ts'
import type { Queries } from '../queries.ts'

type DifferenceJson = ReportJson['differences'][number]

export interface Acknowledged {
  readonly chainId: number
  readonly difference: DifferenceJson
  /** `never`: an operator cannot acknowledge a difference of this kind. */
  readonly answer: 'done' | 'already' | 'never'
  /** The first acknowledgement of the difference; undefined for `never`. */
  readonly by: Omit<Acknowledgement, 'key' | 'identity'> | undefined
}

/**
 * Acknowledges one difference of the newest report of a chain, with its audit row in the same
 * commit. A repeat changes nothing.
 * @returns undefined if no newest report of these chains has a difference with this key
 */
export function acknowledgeDifference(
  db: Queries,
  { key, chainIds }: { readonly key: string; readonly chainIds: readonly number[] },
  { operator, reason }: SignedOrder,
): Promise<Acknowledged | undefined> {
  return db.transaction(async (tx) => {
    for (const chainId of chainIds) {
      const difference = (await newestReport(tx, chainId))?.differences.find(
        (one) => one.key === key,
      )
      if (!difference) continue
      if (neverAcknowledged.has(difference.kind))
        return { chainId, difference, answer: 'never', by: undefined }
      const { identity } = difference
      const added = await tx
        .insert(acknowledgedDifferences)
        .values({ chainId, key, identity, operator, reason })
        .onConflictDoNothing()
        .returning({ key: acknowledgedDifferences.key })
      if (added.length > 0) {
        const subject = `chain ${chainId}: ${difference.kind} ${difference.address} ${key}`
        await recordAction(tx, { operator, reason, action: 'reconcile-acknowledge', subject })
      }
      const [row] = await tx.select().from(acknowledgedDifferences).where(isOf(chainId, key))
      const by = row && { operator: row.operator, reason: row.reason, at: row.acknowledgedAt }
      return { chainId, difference, answer: added.length > 0 ? 'done' : 'already', by }
    }
    return undefined
  })
}

const isOf = (chainId: number, key: string) =>
  and(eq(acknowledgedDifferences.chainId, chainId), eq(acknowledgedDifferences.key, key))

async function newestReport(tx: Queries, chainId: number): Promise<ReportJson | undefined> {
  const [row] = await tx
    .select({ report: sql<ReportJson>`${reconciliations.report}` })
    .from(reconciliations)
    .where(eq(reconciliations.chainId, chainId))
    .orderBy(desc(reconciliations.id))
    .limit(1)
  return row?.report
}

/**
 * Ends the acknowledgements whose difference a new report no longer has. A difference that comes
 * back later is a new one, which alerts. The audit keeps the order.
 * @param identities `differenceIdentity` of each difference of the new report
 */
export async function endAcknowledgements(
  tx: Queries,
  chainId: number,
  identities: readonly string[],
): Promise<void> {
  const found = new Set(identities)
  for (const { key, identity } of await readAcknowledgements(tx, chainId)) {
    if (!found.has(identity)) await tx.delete(acknowledgedDifferences).where(isOf(chainId, key))
  }
}

/** All acknowledgements of a chain, oldest first. */
export async function readAcknowledgements(
  tx: Queries,
  chainId: number,
): Promise<readonly Acknowledgement[]> {
  const rows = await tx
    .select()
    .from(acknowledgedDifferences)
    .where(eq(acknowledgedDifferences.chainId, chainId))
    .orderBy(asc(acknowledgedDifferences.acknowledgedAt))
  return rows.map(({ acknowledgedAt: at, ...row }) => ({ ...row, at }))
}
