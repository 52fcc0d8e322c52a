import { and, eq, exists, isNotNull, isNull, notInArray, or, type SQL } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import { terminalStates } from '../../../domain/deposits/deposit-state.ts'
import type { Halt } from '../../../domain/deposits/halt.ts'
import { chains, deposits, sweeps, transactions } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'
import { isOfAsset, type WalletAsset } from '../wallet-asset.ts'

/**
 * Read in the commit that plans or signs. The chain's row stays shared until its end: a pause and a
 * change of the cold wallet wait for it. A chain that `migrate` has not met has no row; no process
 * starts with one.
 * @param coldWallet where given, it must be the recorded one
 */
export async function haltOf(
  tx: Queries,
  at: WalletAsset,
  coldWallet?: Address,
): Promise<Halt | undefined> {
  const [chain] = await tx
    .select({ recorded: chains.coldWallet, pausedReason: chains.pausedReason })
    .from(chains)
    .where(eq(chains.id, at.chainId))
    .for('share')
  if (chain && coldWallet !== undefined && chain.recorded !== coldWallet) {
    return { kind: 'cold-wallet-changed', recorded: chain.recorded as Address }
  }
  const [held] = await tx
    .select({ id: deposits.id, why: deposits.heldReason })
    .from(deposits)
    .where(and(isOfAsset(deposits, at), isHeld))
    .orderBy(deposits.heldAt, deposits.id)
    .limit(1)
  // Before the chain's pause: that ends for all at once, and must not hide what somebody has to
  // judge.
  if (held) return { kind: 'held', depositId: held.id, why: held.why ?? '' }
  return chain && chain.pausedReason !== null
    ? { kind: 'chain-paused', why: chain.pausedReason }
    : undefined
}

/**
 * Holds until it is approved, resumed or skipped; one that is covered or orphaned holds nothing.
 */
export const isHeld: SQL | undefined = and(
  isNotNull(deposits.heldAt),
  isNull(deposits.releasedAt),
  eq(deposits.covered, false),
  notInArray(deposits.state, [...terminalStates]),
)

/**
 * The open sweep has a transaction to the cold wallet that may be mined yet, or is, and is not
 * written down (MONEY 16).
 */
export async function isSweepSigned(tx: Queries, sweepId: string): Promise<boolean> {
  const [signed] = await tx
    .select({ id: sweeps.id })
    .from(sweeps)
    .where(and(eq(sweeps.id, sweepId), isNull(sweeps.closedAt), exists(signedToCold(tx, sweepId))))
  return signed !== undefined
}

/** Of one sweep: what is on its way to the cold wallet, or has arrived there. */
export function signedToCold(tx: Queries, sweepId: string | typeof sweeps.id) {
  return tx
    .select({ key: transactions.key })
    .from(transactions)
    .where(
      and(
        eq(transactions.sweepId, sweepId),
        eq(transactions.step, 'sweep'),
        or(eq(transactions.state, 'live'), eq(transactions.state, 'succeeded')),
      ),
    )
}
