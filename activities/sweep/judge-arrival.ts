import type { Hash } from '../../domain/address.ts'
import { inUnits } from '../../domain/chains/asset.ts'
import type { Receipt } from '../../domain/chains/block.ts'
import { readTransferCall } from '../../domain/chains/erc20.ts'
import { withL1Margin } from '../../domain/chains/fees.ts'
import { ChainAnswerBad } from '../../domain/errors.ts'
import { feeOf, type Mined, movedWei, type Transaction } from '../../domain/lanes/transaction.ts'
import { NotYet } from '../../domain/money-errors.ts'
import type { SweepOutcome } from '../../domain/sweeps/sweep.ts'
import { tokenSwept } from '../../domain/sweeps/token-swept.ts'
import { unlessPruned } from '../../transactions/reconcile/pruned-state.ts'
import type { Attention, Swept } from '../../workflows/contract.ts'
import type { ActivityDeps } from '../step/activity-deps.ts'
import type { ClaimedSweep } from '../step/claimed-sweep.ts'
import { callForAttention } from '../step/outcomes.ts'

/**
 * MONEY 12: done means arrived. Judges from the final receipt whether the sweep's money arrived at
 * the cold wallet, and stores the outcome. Reads the receipt only after the scanner has confirmed
 * all blocks up to the sweep's block, so that coverage includes every deposit before the sweep's
 * place.
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
    // `closeRefused` also sets `needs-attention`. It runs first, so that a crash before the next
    // line leaves no sweep open.
    const why = await deps.sweeps.closeRefused(sweep.id, detail)
    if (why !== undefined)
      deps.log.error({ sweep: sweep.id, asset: sweep.asset, why }, 'asset paused by breaker')
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
 * Throws `ChainAnswerBad` if a receipt without logs contradicts the wallet's balance. A node that
 * has not indexed the logs yet returns such a receipt for a transfer that took place. If this
 * receipt were trusted, a sweep that arrived would be marked as refused permanently.
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
 * Returns the amounts of a native sweep. The unused part of the signed gas reserve stays in the
 * wallet. `coverableAmount` includes the whole reserve, so that the sweep still covers its deposits
 * in full.
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
 * Returns the amounts of a token sweep. Destination and amount come from the signed call, because
 * another process may use the previous or next cold wallet (MONEY 18).
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

async function spentOn(deps: ActivityDeps, sweepId: string): Promise<bigint> {
  const transactions = await deps.lanes.ofSweep(sweepId)
  return transactions.reduce((sum, t) => sum + (t.mined ? feeOf(t.mined) : 0n), 0n)
}

/**
 * Reads the wallet's balance after the sweep's block. An answer of 0 is checked at the head,
 * because a node that has pruned the block's state may answer 0 instead of an error.
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
 * Whether the wallet held less than `amount` after the sweep's block; undefined if the nodes have
 * pruned the block's state.
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

/**
 * Reads the wallet's balance at the sweep's block, in the smallest unit; undefined if the nodes
 * have pruned the block's state.
 */
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
