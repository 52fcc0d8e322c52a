import { and, eq, exists, or } from 'drizzle-orm'
import type { Adoption, LaneRecovery } from '../../../domain/books/recovery-store.ts'
import { NotYet } from '../../../domain/money-errors.ts'
import type { SignedOrder } from '../../../domain/operators/deposit-orders.ts'
import { sweeps } from '../../../drizzle/schema.ts'
import { signedToCold } from '../deposits/halts.ts'
import { adoptDrain } from '../lanes/drain-rows.ts'
import { lockForAdoption } from '../lanes/external-transactions.ts'
import { recordAction } from '../operators/note-order.ts'
import type { Queries } from '../queries.ts'
import { closeSweep } from '../sweeps/close-sweep.ts'
import { type LaneKey, reopenLane } from '../sweeps/lane-row.ts'
import { lockLane, lockOpenSweep } from '../sweeps/locks.ts'
import { liveOf } from '../sweeps/signed-transactions.ts'
import { correctOutcome, openSweep } from '../sweeps/sweep-row.ts'

/**
 * Recovers one lane in the caller's commit: books the transactions that `coldsweep recover` has
 * explained, opens the lane, and records the operator's action. Returns the number of deposits that
 * the adopted sweeps cover.
 */
export async function recoverLane(
  tx: Queries,
  { chainId, sender, adoptions, nextNonce, operator, reason }: LaneRecovery,
): Promise<{ readonly covered: number }> {
  const lane = { chainId, sender }
  await lockLane(tx, lane)
  let covered = 0
  for (const adoption of adoptions) covered += await adopt(tx, lane, adoption, { operator, reason })
  const opened = await reopenLane(tx, lane, nextNonce)
  const kinds = adoptions.map(({ nonce, explanation }) => `${nonce} ${explanation.kind}`).join(', ')
  await recordAction(tx, {
    operator,
    action: 'recover',
    subject: `${chainId}:${sender}`,
    reason: `${reason} (adopted: ${kinds || 'none'}; next nonce ${opened ?? nextNonce})`,
  })
  return { covered }
}

/**
 * Books one explained transaction. Returns the number of deposits that it covers; 0 if the
 * transaction was adopted before.
 */
async function adopt(
  tx: Queries,
  { chainId, sender }: LaneKey,
  { nonce, hash, explanation, emptied }: Adoption,
  order: SignedOrder,
): Promise<number> {
  const set = await lockForAdoption(tx, { chainId, sender, nonce, hash }, order.operator)
  if (!set) return 0
  // Reconciliation reads the kind from the first word of the explanation.
  switch (explanation.kind) {
    case 'gas':
      await set(`gas for ${explanation.wallet}`)
      return 0
    case 'drain': {
      await set(`drain to ${explanation.to}`)
      const sweepId = await sweepRow(tx, chainId, sender, 'native')
      await adoptDrain(tx, { id: sweepId, chainId, keeper: sender, hash, explanation }, order)
      return 0
    }
    case 'nothing':
      await set('nothing was moved')
      return 0
    case 'foreign':
      await set(hash === null ? 'foreign: accepted, its transaction unseen' : 'foreign: not ours')
      return 0
    case 'sweep': {
      const { wallet, asset, outcome } = explanation
      const sweepId = await sweepRow(tx, chainId, wallet, asset)
      await set(`sweep ${sweepId}`)
      await correctOutcome(tx, sweepId, {
        ...outcome,
        emptied,
        remainingAmount: emptied ? 0n : null,
      })
      return await closeSweep(tx, sweepId)
    }
  }
}

/**
 * Returns the id of the open sweep, whose transaction was lost with its rows, or opens a new sweep.
 * @throws NotYet if the open sweep has a live transaction, or a transfer that succeeded
 */
async function sweepRow(
  tx: Queries,
  chainId: number,
  wallet: string,
  asset: string,
): Promise<string> {
  const open = await lockOpenSweep(tx, { chainId, wallet, asset })
  if (open) {
    const [busy] = await tx
      .select({ id: sweeps.id })
      .from(sweeps)
      // If a transfer of the sweep succeeded, the sweep's own run records it. Another outcome in
      // the row would hide the amount that this transfer moved.
      .where(
        and(
          eq(sweeps.id, open.id),
          or(exists(liveOf(tx, open.id)), exists(signedToCold(tx, open.id))),
        ),
      )
    if (busy)
      throw new NotYet(`sweep ${open.id} of ${wallet} is in flight: wait until it is recorded`)
    return open.id
  }
  return await openSweep(tx, { chainId, wallet, asset })
}
