import type { WaitReason } from '../../domain/deposits/deposit-state.ts'
import { describeLongUnmined, joinDetails } from '../../domain/lanes/long-unmined.ts'
import { judgePrice } from '../../domain/lanes/price-wait.ts'
import { newestAttempt } from '../../domain/lanes/replacement.ts'
import { quoteAfterRefusal } from '../../domain/lanes/send-refusal.ts'
import { staleHead } from '../../domain/lanes/stale-head.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import { NotYet } from '../../domain/money-errors.ts'
import type { SweepPlan } from '../../domain/sweeps/sweep.ts'
import { nextGasLimit } from '../../transactions/sign/next-gas-limit.ts'
import { rollupFeeNow } from '../../transactions/sign/rollup-fee-now.ts'
import { findMined } from '../../transactions/track/find-mined.ts'
import type { Replan } from '../../workflows/contract.ts'
import { gasShortage } from '../fund/gas-shortage.ts'
import type { ClaimedSweep } from '../step/claimed-sweep.ts'
import type { ActivityDeps } from '../step/deps.ts'
import { readTurn } from '../step/read-turn.ts'
import { unreadableReceipt } from './unreadable-receipt.ts'

/**
 * A sweep's transaction on its way to depth. The lane loop bumps it within what was funded; past
 * that this asks for another gas round, and raises the cap once its coin is there (MONEY 8). Above
 * the chain's ceiling the row says `waiting(gas-price)` while the transaction stays live. In no
 * block for long it says age and fees too (MONEY 17). Throws `NotYet` but for that plan.
 */
export async function followLive(
  deps: ActivityDeps,
  found: ClaimedSweep,
  transaction: Transaction,
  ofSweep: readonly Transaction[],
): Promise<Replan> {
  // The lane loop judges it. Where several nodes have a say, what they disagree about halts this
  // sweep too (MONEY 20).
  if ((found.chain.voices ?? 1) > 1) await findMined(found.chain, found.chain.state, transaction)
  const say = (state: 'waiting' | 'confirming-sweep', reason: WaitReason | '', detail: string) =>
    deps.sweeps.setState({ depositId: found.deposit.id, state, reason, detail })
  if (transaction.mined) {
    await say('confirming-sweep', '', '')
    throw new NotYet(`the sweep is in block ${transaction.mined.blockNumber}, not final yet`)
  }
  const { chain, state } = found.chain
  const scanned = await deps.lanes.scannedHeight(chain.id)
  const head = await state.head()
  const quote = quoteAfterRefusal(await state.feeQuote(), newestAttempt(transaction))
  const gasLimit = await nextGasLimit(found.chain, transaction)
  const turn = await readTurn(found.chain, transaction, head)
  const trouble = judgePrice(chain, quote, transaction, { gasLimit, turn })
  const age = turn ? describeLongUnmined(chain, quote, transaction, turn) : ''
  const { refusal } = transaction
  // MONEY 2: a gas round that is not at depth is waited for, mined or not.
  const gasUnderWay = ofSweep.some(({ step, state: at }) => step === 'gas' && at === 'live')
  if (!trouble) {
    const shortWei = await gasShortage(state, transaction, head)
    if (shortWei > 0n && !gasUnderWay) {
      const stale = staleHead(head, { scanned, planned: found.plan.block, mined: ofSweep })
      if (stale !== undefined) {
        await say('waiting', 'rpc-quorum', `${stale}: whether the wallet has its gas is not known`)
        throw new NotYet(stale)
      }
      const lacks = `the wallet lacks ${shortWei} wei of what its sweep, as it is signed, may cost now`
      await say('waiting', 'gas-price', joinDetails(lacks, age))
      return { kind: 'replan', why: 'the wallet has less gas than was signed' }
    }
    if (refusal) await say('waiting', refusal.reason, joinDetails(refusal.detail, age))
    else
      await say('confirming-sweep', '', (await unreadableReceipt(found.chain, transaction)) || age)
    throw new NotYet('the sweep is not in a block yet')
  }
  await say('waiting', trouble.reason, joinDetails(trouble.detail, refusal?.detail, age))
  if (trouble.kind !== 'past-cap') throw new NotYet(whyNotYet[trouble.kind])
  if (await isFunded(found, transaction)) {
    await deps.lanes.raiseCap(transaction.key, plannedCap(found.plan, transaction))
    throw new NotYet('more gas was funded: the sweep’s fee may rise')
  }
  if (gasUnderWay) throw new NotYet('the sweep’s gas is not final yet')
  return { kind: 'replan', why: 'gas costs more than was funded' }
}

const whyNotYet = {
  'above-ceiling': 'gas is above the chain’s ceiling',
  'no-base-fee': 'the newest block has no base fee',
  'past-value': 'the sweep’s value pays for no higher fee',
}

/**
 * The cap that makes what was funded for the transaction (its first limit × cap) what the plan
 * funds.
 */
function plannedCap(plan: SweepPlan, { gasLimit }: Transaction): bigint {
  return (plan.gasLimit * plan.feeCapWei + gasLimit - 1n) / gasLimit
}

/**
 * Whether the newest plan allows a higher fee than the transaction may pay yet, and the wallet
 * holds it.
 */
async function isFunded(
  { chain: { state }, sweep, plan }: ClaimedSweep,
  transaction: Transaction,
): Promise<boolean> {
  if (plannedCap(plan, transaction) <= transaction.feeCapWei) return false
  const head = await state.head()
  if (head.number < plan.block) throw new NotYet('the node is behind the plan')
  const balanceWei = await state.nativeBalance(sweep.wallet, head.hash)
  const l1FeeWei = await rollupFeeNow(state, transaction)
  return balanceWei >= plan.gasLimit * plan.feeCapWei + l1FeeWei
}
