import { inUnits } from '../../domain/chains/asset.ts'
import { usableCoin } from '../../domain/deposits/usable-coin.ts'
import { judgePrice } from '../../domain/lanes/price-wait.ts'
import { newestAttempt } from '../../domain/lanes/replacement.ts'
import { quoteAfterRefusal } from '../../domain/lanes/send-refusal.ts'
import { staleHead } from '../../domain/lanes/stale-head.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import { NotYet } from '../../domain/money-errors.ts'
import { planTokenGas } from '../../domain/sweeps/gas-plan.ts'
import { nextGasLimit, rollupFeeNow } from '../../transactions/sign/next-attempt-cost.ts'
import type { Planned } from '../../workflows/contract.ts'
import { gasShortage } from '../fund/gas-shortage.ts'
import { readTurn } from '../step/read-turn.ts'
import type { PlanContext } from './plan-context.ts'

/**
 * Returns the stored plan of a sweep that has a live transaction or has succeeded, with the gas
 * that it lacks now. Such a sweep is finished before a new plan is made.
 */
export async function continueSigned(context: PlanContext): Promise<Planned | undefined> {
  const { deps, asset, sweep } = context
  const ofSweep = await deps.lanes.ofSweep(sweep.id)
  const underWay = ofSweep.filter(
    (t) => t.state === 'live' || (t.step === 'sweep' && t.state === 'succeeded'),
  )
  if (underWay.length === 0) return undefined
  // Another process signed the sweep after the claim, while this process was suspended. A new plan
  // would take the emptied wallet for a theft (MONEY 12).
  if (!sweep.plan) throw new NotYet('another try of this workflow has planned and signed meanwhile')
  const swept = underWay.some((t) => t.step === 'sweep')
  const shortWei = swept ? await fundLiveSweep(context, ofSweep) : sweep.plan.gasShortWei
  return {
    kind: 'planned',
    sweepId: sweep.id,
    amount: inUnits(sweep.plan.amount, asset),
    gasShortWei: (shortWei ?? 0n).toString(),
  }
}

/**
 * MONEY 8: plans more gas for a signed token sweep that was not mined at the funded fee, or whose
 * wallet has lost its gas. The plan gets a new block, gas limit, cap and shortage; its amount
 * stays, because the amount is signed. Returns the wei that the keeper must add; undefined if more
 * gas is not needed or would not help, or if a gas round is in progress (MONEY 2). Throws `NotYet`
 * if the head is behind our rows, because a balance at that head lacks gas that was mined later.
 */
async function fundLiveSweep(
  { deps, chain, deposit, sweep, head }: PlanContext,
  ofSweep: readonly Transaction[],
): Promise<bigint | undefined> {
  const live = ofSweep.filter(({ state }) => state === 'live')
  const signed = live.find(({ step }) => step === 'sweep')
  if (!sweep.plan || !signed || signed.mined || live.some(({ step }) => step === 'gas')) return
  const held = () => deps.sweeps.heldCoin(deposit.chainId, deposit.wallet)
  const known = { scanned: null, planned: sweep.plan.block, mined: ofSweep }
  const refuseStale = () => {
    const stale = staleHead(head, known)
    if (stale !== undefined) throw new NotYet(stale)
  }
  const quote = quoteAfterRefusal(await chain.state.feeQuote(), newestAttempt(signed))
  const wait = judgePrice(chain.chain, quote, signed, {
    gasLimit: await nextGasLimit(chain, signed),
    turn: await readTurn(chain, signed, head),
  })
  if (!wait) {
    const gasShortWei = await gasShortage(chain.state, signed, head, await held())
    if (gasShortWei === 0n) return
    refuseStale()
    await deps.sweeps.savePlan(sweep.id, { ...sweep.plan, block: head.number, gasShortWei })
    return gasShortWei
  }
  if (wait.kind !== 'past-cap') return
  refuseStale()
  const l1FeeWei = await rollupFeeNow(chain.state, signed)
  const wholeWei = await chain.state.nativeBalance(deposit.wallet, head.hash)
  const walletBalanceWei = usableCoin(wholeWei, await held())
  const { fees, gasLimit } = wait
  const { capWei, shortWei } = planTokenGas({ gasLimit, fees, l1FeeWei, walletBalanceWei })
  await deps.sweeps.savePlan(sweep.id, {
    ...sweep.plan,
    block: head.number,
    gasLimit,
    feeCapWei: capWei,
    gasShortWei: shortWei,
  })
  return shortWei
}
