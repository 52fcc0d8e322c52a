import type { Hash } from '../../domain/address.ts'
import type { Receipt } from '../../domain/chains/block.ts'
import { readTransferCall } from '../../domain/chains/erc20.ts'
import { withL1Margin } from '../../domain/chains/fees.ts'
import { ChainAnswerBad } from '../../domain/errors.ts'
import { type Mined, movedWei, type Transaction } from '../../domain/lanes/transaction.ts'
import { NotYet } from '../../domain/money-errors.ts'
import type { SweepOutcome } from '../../domain/sweeps/sweep.ts'
import { tokenSwept } from '../../domain/sweeps/token-swept.ts'
import { unlessPruned } from '../../transactions/reconcile/pruned-state.ts'
import type { Attention, Swept } from '../../workflows/contract.ts'
import type { ActivityDeps } from '../step/activity-deps.ts'
import type { ClaimedSweep } from '../step/claimed-sweep.ts'
import { callForAttention, inUnits } from '../step/outcomes.ts'

/**
 * MONEY 12: done means arrived. Reads the final receipt after the scanner has confirmed all blocks
 * up to it, so that coverage includes every deposit before the sweep's place.
 */
export async function judgeArrival(
  deps: ActivityDeps,
  found: ClaimedSweep,
  transaction: Transaction,
): Promise<Swept | Attention> {
  const { chain, asset, deposit, sweep } = found
  const { mined } = transaction
  if (!mined) throw new NotYet('the receipt is being read')
  const final = (await deps.cursors.cursor(chain.chain.id))?.finalHeight ?? null
  if (final === null || final < mined.blockNumber) {
    throw new NotYet(
      `the scanner has confirmed up to block ${final}, the sweep is in ${mined.blockNumber}`,
    )
  }
  const receipt = await chain.state.receipt(mined.hash)
  if (!receipt || receipt.blockHash !== mined.blockHash)
    throw new NotYet('the node lags behind the sweep’s block')
  const moved =
    asset.id === 'native'
      ? nativeMoved(transaction, mined)
      : tokenMoved(found, receipt, transaction)
  if (moved.arrivedAmount === 0n) {
    await checkNothingLeft(found, receipt, mined, moved.leftAmount)
    const detail = `${mined.hash} succeeded without a Transfer to the cold wallet`
    const at = { depositId: deposit.id, sweepId: sweep.id }
    // The sweep is closed first, which also sets `needs-attention`, so that a crash in between
    // leaves no sweep open.
    await deps.sweeps.closeRefused(sweep.id, detail)
    return await callForAttention(deps, at, 'token-refused', detail)
  }
  const remaining = await readRemaining(found, mined)
  const gasSpentWei = await spentOn(deps, sweep.id)
  await deps.sweeps.saveOutcome(sweep.id, {
    txHash: mined.hash,
    blockNumber: mined.blockNumber,
    txIndex: mined.txIndex,
    ...moved,
    ...remaining,
    gasSpentWei,
  })
  deps.metrics.count('coldsweep_swept_total', { chain: chain.chain.name, asset: asset.symbol })
  return {
    kind: 'swept',
    hash: mined.hash,
    amount: inUnits(moved.arrivedAmount, asset),
    gasSpentWei: gasSpentWei.toString(),
  }
}

/**
 * A node that has not indexed the logs yet returns a receipt without logs for a transfer that took
 * place. If this receipt were trusted, a sweep that arrived would be marked as refused permanently.
 */
async function checkNothingLeft(
  found: ClaimedSweep,
  { logCount }: Receipt,
  mined: Mined,
  amount: bigint,
): Promise<void> {
  if (logCount > 0) return
  if (await isLeftBelow(found, mined, amount)) {
    throw new ChainAnswerBad(
      `the receipt of ${mined.hash} shows no transfer, and the wallet holds less than was sent: the node contradicts itself`,
    )
  }
}

type Moved = Pick<
  SweepOutcome,
  'leftAmount' | 'arrivedAmount' | 'coverableAmount' | 'logOrder' | 'creditsBefore'
>

/**
 * The signed but unused gas reserve stays in the wallet; the sweep still covers its deposits in
 * full.
 */
function nativeMoved(transaction: Transaction, mined: Mined): Moved {
  const signed = transaction.attempts.find((attempt) => attempt.hash === mined.hash)
  const valueWei = movedWei(transaction)
  const reserve =
    (signed?.gasLimit ?? transaction.gasLimit) * (signed?.maxFeeWei ?? mined.gasPriceWei) +
    withL1Margin(transaction.l1FeeWei)
  return {
    leftAmount: valueWei + feeOf(mined),
    arrivedAmount: valueWei,
    coverableAmount: valueWei + reserve,
    logOrder: null,
    creditsBefore: null,
  }
}

/**
 * Reads destination and amount from the signed call, because another process may use the previous
 * or next cold wallet (MONEY 18).
 */
function tokenMoved(
  { sweep }: ClaimedSweep,
  { logs }: Receipt,
  { data, to: token }: Transaction,
): Moved {
  // Amount that left the wallet; a fee-on-transfer token delivers less.
  const { to, amount: leftAmount } = readTransferCall(data)
  const sent = { token, from: sweep.wallet, to, amount: leftAmount }
  const { arrivedAmount, logOrder, creditsBefore } = tokenSwept(logs, sent)
  return { leftAmount, arrivedAmount, coverableAmount: leftAmount, logOrder, creditsBefore }
}

const feeOf = (mined: Mined): bigint => mined.gasUsed * mined.gasPriceWei + mined.l1FeeWei

async function spentOn(deps: ActivityDeps, sweepId: string): Promise<bigint> {
  const transactions = await deps.lanes.ofSweep(sweepId)
  return transactions.reduce((sum, t) => sum + (t.mined ? feeOf(t.mined) : 0n), 0n)
}

/**
 * Balance of the wallet after the sweep's block. An answer of 0 is checked at the head, because a
 * node that has pruned the block's state may answer 0 instead of an error.
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
 * Whether the sweep's block left less than `amount`; undefined if the nodes have pruned its state.
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

/** Smallest unit; undefined if the nodes have pruned the state of the sweep's block. */
function balanceLeft(
  found: ClaimedSweep,
  { blockHash, blockNumber }: Mined,
): Promise<bigint | undefined> {
  return unlessPruned(found.chain.state, blockNumber, () => balanceAt(found, blockHash))
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
