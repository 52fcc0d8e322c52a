import type { Receipt } from '../../domain/chains/block.ts'
import { readTransferCall } from '../../domain/chains/erc20.ts'
import { withL1Margin } from '../../domain/chains/fees.ts'
import { ChainAnswerBad } from '../../domain/errors.ts'
import { type Mined, movedWei, type Transaction } from '../../domain/lanes/transaction.ts'
import { NotYet } from '../../domain/money-errors.ts'
import type { SweepOutcome } from '../../domain/sweeps/sweep.ts'
import { tokenSwept } from '../../domain/sweeps/token-swept.ts'
import type { Attention, Swept } from '../../workflows/contract.ts'
import type { ClaimedSweep } from '../step/claimed-sweep.ts'
import type { ActivityDeps } from '../step/deps.ts'
import { callForAttention, inUnits } from '../step/outcomes.ts'
import { isLeftBelow, readRemaining } from './read-remaining.ts'

/**
 * MONEY 12: done means arrived. Read from the receipt at depth, after the scanner has confirmed
 * everything up to that block, so that coverage sees all deposits before the sweep's place.
 */
export async function judgeArrival(
  deps: ActivityDeps,
  found: ClaimedSweep,
  transaction: Transaction,
): Promise<Swept | Attention> {
  const { chain, asset, deposit, sweep } = found
  const { mined } = transaction
  if (!mined) throw new NotYet('the receipt is being read')
  const confirmed = await deps.sweeps.confirmedHeight(chain.chain.id)
  if (confirmed === null || confirmed < mined.blockNumber) {
    throw new NotYet(
      `the scanner has confirmed up to block ${confirmed}, the sweep is in ${mined.blockNumber}`,
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
    // First, as it asks for a person too: killed in between, nothing is left open.
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
 * A receipt without any log of a transfer that took place comes from a node that has not indexed
 * the logs yet: believed, it would call a sweep refused that has arrived, for good.
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
 * The reserve that was signed and not used stays in the wallet, but its deposits are covered by
 * this sweep all the same.
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
 * By the transfer that was signed: another process's cold wallet may be the one before this one's,
 * or after it (MONEY 18).
 */
function tokenMoved(
  { sweep }: ClaimedSweep,
  { logs }: Receipt,
  { data, to: token }: Transaction,
): Moved {
  // What left the wallet, of which a fee-on-transfer token delivers less.
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
