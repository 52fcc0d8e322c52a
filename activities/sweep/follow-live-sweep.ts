import type { WaitReason } from '../../domain/deposits/deposit-state.ts'
import { usableCoin } from '../../domain/deposits/usable-coin.ts'
import { QuorumDisagrees } from '../../domain/errors.ts'
import { describeLongUnmined, joinDetails } from '../../domain/lanes/long-unmined.ts'
import { judgePrice } from '../../domain/lanes/price-wait.ts'
import { newestAttempt } from '../../domain/lanes/replacement.ts'
import { quoteAfterRefusal } from '../../domain/lanes/send-refusal.ts'
import { staleHead } from '../../domain/lanes/stale-head.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import { NotYet } from '../../domain/money-errors.ts'
import type { SweepPlan } from '../../domain/sweeps/sweep.ts'
import type { MoneyChain } from '../../transactions/sign/money-chain.ts'
import { nextGasLimit, rollupFeeNow } from '../../transactions/sign/next-attempt-cost.ts'
import { findMined } from '../../transactions/track/find-mined.ts'
import type { Replan } from '../../workflows/contract.ts'
import { gasShortage } from '../fund/gas-shortage.ts'
import type { ActivityDeps } from '../step/activity-deps.ts'
import type { ClaimedSweep } from '../step/claimed-sweep.ts'
import { readTurn } from '../step/read-turn.ts'

/**
 * Checks a sweep's live transaction once and writes its state into the deposit's row. The lane loop
 * bumps the transaction within the funded cap. Past the cap, this function returns `replan` for
 * another gas round, and raises the cap when the wallet holds that gas (MONEY 8). Above the chain's
 * ceiling the row shows `waiting(gas-price)`. For a long unmined transaction the detail has its age
 * and fees (MONEY 17). Throws `NotYet` unless the sweep must be planned again.
 */
export async function followLiveSweep(
  deps: ActivityDeps,
  found: ClaimedSweep,
  transaction: Transaction,
  ofSweep: readonly Transaction[],
): Promise<Replan> {
  // The lane loop judges the transaction. With several nodes, this lookup throws if they disagree,
  // which halts the sweep (MONEY 20).
  if ((found.chain.endpointCount ?? 1) > 1)
    await findMined(found.chain, found.chain.state, transaction)
  const setState = (
    state: 'waiting' | 'confirming-sweep',
    reason: WaitReason | '',
    detail: string,
  ) => deps.sweeps.setState({ depositId: found.deposit.id, state, reason, detail })
  if (transaction.mined) {
    await setState('confirming-sweep', '', '')
    throw new NotYet(`the sweep is in block ${transaction.mined.blockNumber}, not final yet`)
  }
  const { chain, state } = found.chain
  const cursor = await deps.cursors.cursor(chain.id)
  const head = await state.head()
  const quote = quoteAfterRefusal(await state.feeQuote(), newestAttempt(transaction))
  const gasLimit = await nextGasLimit(found.chain, transaction)
  const turn = await readTurn(found.chain, transaction, head)
  const wait = judgePrice(chain, quote, transaction, { gasLimit, turn })
  const age = turn ? describeLongUnmined(chain, quote, transaction, turn) : ''
  const { refusal } = transaction
  // MONEY 2: no further gas is requested until the current gas round is final, even if it is mined.
  const gasUnderWay = ofSweep.some(({ step, state: at }) => step === 'gas' && at === 'live')
  if (!wait) {
    const held = await deps.sweeps.heldCoin(chain.id, transaction.sender)
    const shortWei = await gasShortage(state, transaction, head, held)
    if (shortWei > 0n && !gasUnderWay) {
      const stale = staleHead(head, {
        scanned: cursor?.height ?? null,
        planned: found.plan.block,
        mined: ofSweep,
      })
      if (stale !== undefined) {
        await setState('waiting', 'rpc-quorum', `${stale}: the wallet’s gas is unknown`)
        throw new NotYet(stale)
      }
      const lacks = `the wallet lacks ${shortWei} wei of the signed sweep’s cost`
      await setState('waiting', 'gas-price', joinDetails(lacks, age))
      return { kind: 'replan', why: 'the wallet cannot pay for the signed sweep' }
    }
    if (refusal) await setState('waiting', refusal.reason, joinDetails(refusal.detail, age))
    else
      await setState(
        'confirming-sweep',
        '',
        (await unreadableReceipt(found.chain, transaction)) || age,
      )
    throw new NotYet('the sweep is not in a block yet')
  }
  await setState('waiting', wait.reason, joinDetails(wait.detail, refusal?.detail, age))
  if (wait.kind !== 'past-cap') throw new NotYet(whyNotYet[wait.kind])
  if (await isFunded(deps, found, transaction)) {
    await deps.lanes.raiseCap(transaction.key, plannedCap(found.plan, transaction))
    throw new NotYet('more gas was funded: the sweep’s fee may rise')
  }
  if (gasUnderWay) throw new NotYet('the sweep’s gas is not final yet')
  return { kind: 'replan', why: 'gas costs more than was funded' }
}

const whyNotYet = {
  'above-ceiling': 'gas is above the chain’s ceiling',
  'no-base-fee': 'the newest block has no base fee',
  'past-value': 'its value, an order or a cap pays for no higher fee',
}

/**
 * Returns the fee cap for which the first attempt's gas limit × cap is the amount that the plan
 * funds, rounded up.
 */
function plannedCap(plan: SweepPlan, { gasLimit }: Transaction): bigint {
  return (plan.gasLimit * plan.feeCapWei + gasLimit - 1n) / gasLimit
}

/** Whether the newest plan raises the transaction's fee cap and the wallet holds the gas for it. */
async function isFunded(
  deps: Pick<ActivityDeps, 'sweeps'>,
  { chain: { state }, sweep, plan }: ClaimedSweep,
  transaction: Transaction,
): Promise<boolean> {
  if (plannedCap(plan, transaction) <= transaction.feeCapWei) return false
  const head = await state.head()
  if (head.number < plan.block) throw new NotYet('the node is behind the plan')
  const held = await deps.sweeps.heldCoin(sweep.chainId, sweep.wallet)
  const balanceWei = usableCoin(await state.nativeBalance(sweep.wallet, head.hash), held)
  const l1FeeWei = await rollupFeeNow(state, transaction)
  return balanceWei >= plan.gasLimit * plan.feeCapWei + l1FeeWei
}

/**
 * Returns the detail for a live transaction whose nonce the chain has used although no node returns
 * its receipt. Returns '' if the nonce is unused, or if the receipt exists and the lane loop is
 * about to record it. Any error of the lookup counts as unreadable, because the endpoint has just
 * answered for the nonce, and a gateway may fail for this receipt alone.
 * @throws QuorumDisagrees, which halts the sweep (MONEY 20)
 */
export async function unreadableReceipt(
  chain: MoneyChain,
  transaction: Transaction,
): Promise<string> {
  const { nonce, sender, attempts } = transaction
  if ((await chain.state.minedNonce(sender)) <= nonce) return ''
  const hashes = attempts.map(({ hash }) => hash).join(', ')
  const used = `the chain has used nonce ${nonce} of ${sender}`
  try {
    const mined = await findMined(chain, chain.state, transaction)
    return mined ? '' : `${used}, and no node shows a receipt of ${hashes} yet`
  } catch (error) {
    if (!(error instanceof Error) || error instanceof QuorumDisagrees) throw error
    return `${used}, and the receipt cannot be read: ${error.message}`
  }
}
