import { and, eq, isNull, type SQL } from 'drizzle-orm'
import { transactions } from '../../../drizzle/schema.ts'
import { isSweepSigned } from '../deposits/halts.ts'
import type { SweepRow } from '../deposits/rows.ts'
import type { Queries } from '../queries.ts'

/** Selects every transaction that was signed for a sweep, including the keeper's gas. */
export function signedFor(tx: Queries, sweepId: string) {
  return keysOf(tx, sweepId)
}

/** Selects the transactions of a sweep that have not ended. */
export function liveOf(tx: Queries, sweepId: string) {
  return keysOf(tx, sweepId, isLive)
}

/** Selects the transactions of a sweep that are signed and in no block. */
export function unminedOf(tx: Queries, sweepId: string) {
  return keysOf(tx, sweepId, isLive, isNull(transactions.minedBlock))
}

const isLive = eq(transactions.state, 'live')

function keysOf(tx: Queries, sweepId: string, ...conditions: readonly SQL[]) {
  return tx
    .select({ key: transactions.key })
    .from(transactions)
    .where(and(eq(transactions.sweepId, sweepId), ...conditions))
}

/**
 * Whether an open sweep has a transaction that may still be mined, or a transfer that succeeded and
 * is not recorded yet. An order never ends a deposit that such a sweep may cover (MONEY 16).
 */
export async function isOutcomeOpen(tx: Queries, sweepId: string): Promise<boolean> {
  if (await isSweepSigned(tx, sweepId)) return true
  const [live] = await liveOf(tx, sweepId).limit(1)
  return live !== undefined
}

/**
 * Returns the block of the balance for which the sweep's mined transaction was signed; null if the
 * block is unknown, for example after an adoption.
 */
export async function balanceBlockOf(tx: Queries, sweep: SweepRow): Promise<bigint | null> {
  if (sweep.txHash === null) return null
  const [signed] = await tx
    .select({ block: transactions.balanceBlock })
    .from(transactions)
    .where(and(eq(transactions.sweepId, sweep.id), eq(transactions.minedHash, sweep.txHash)))
  return signed?.block ?? null
}
