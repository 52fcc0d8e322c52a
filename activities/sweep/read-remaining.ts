import type { Hash } from '../../domain/address.ts'
import type { Mined } from '../../domain/lanes/transaction.ts'
import { NotYet } from '../../domain/money-errors.ts'
import type { SweepOutcome } from '../../domain/sweeps/sweep.ts'
import { unlessForgotten } from '../../transactions/reconcile/forgotten-state.ts'
import type { ClaimedSweep } from '../step/claimed-sweep.ts'

/**
 * Balance that the sweep's block left in the wallet. Where the answer is 0, the head is asked too:
 * a node that has pruned the block's state may answer 0 instead of an error.
 */
export async function readRemaining(
  found: ClaimedSweep,
  mined: Mined,
): Promise<Pick<SweepOutcome, 'emptied' | 'remainingAmount'>> {
  const left = await balanceLeft(found, mined)
  if (left === undefined) return { emptied: false, remainingAmount: null }
  if (left > 0n) return { emptied: false, remainingAmount: left }
  const now = await balanceNow(found, mined)
  return { emptied: true, remainingAmount: now === 0n ? 0n : null }
}

/**
 * Whether the sweep's block left less than `amount` in the wallet; undefined where no node can
 * tell.
 */
export async function isLeftBelow(
  found: ClaimedSweep,
  mined: Mined,
  amount: bigint,
): Promise<boolean | undefined> {
  const left = await balanceLeft(found, mined)
  if (left === undefined) return undefined
  if (left > 0n) return left < amount
  return (await balanceNow(found, mined)) < amount
}

/** Smallest unit; undefined where the nodes have forgotten the state of the sweep's block. */
function balanceLeft(
  found: ClaimedSweep,
  { blockHash, blockNumber }: Mined,
): Promise<bigint | undefined> {
  return unlessForgotten(found.chain.state, blockNumber, () => balanceAt(found, blockHash))
}

async function balanceNow(found: ClaimedSweep, { blockNumber }: Mined): Promise<bigint> {
  const head = await found.chain.state.head()
  if (head.number < blockNumber) throw new NotYet('the node is behind the sweep’s block')
  return await balanceAt(found, head.hash)
}

function balanceAt(
  { chain: { state }, asset, sweep }: ClaimedSweep,
  blockHash: Hash,
): Promise<bigint> {
  return asset.id === 'native'
    ? state.nativeBalance(sweep.wallet, blockHash)
    : state.tokenBalance(asset.id, sweep.wallet, blockHash)
}
