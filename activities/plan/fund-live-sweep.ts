import { judgePrice } from '../../domain/lanes/price-wait.ts'
import { newestAttempt } from '../../domain/lanes/replacement.ts'
import { quoteAfterRefusal } from '../../domain/lanes/send-refusal.ts'
import { staleHead } from '../../domain/lanes/stale-head.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import { NotYet } from '../../domain/money-errors.ts'
import { planTokenGas } from '../../domain/sweeps/gas-plan.ts'
import { nextGasLimit, rollupFeeNow } from '../../transactions/sign/next-attempt-cost.ts'
import { gasShortage } from '../fund/gas-shortage.ts'
import { readTurn } from '../step/read-turn.ts'
import type { PlanContext } from './plan-context.ts'

/**
 * MONEY 8: plans more gas for a signed token sweep that was not mined at the funded fee, or whose
 * wallet has lost its gas. Only cap and shortage of the plan change, because the sweep is signed.
 * Returns the wei that the keeper must add; undefined if no gas is needed or a gas round is in
 * progress (MONEY 2). Throws `NotYet` if the head is behind our rows, because balances at that head
 * lack gas that was mined later.
 */
export async function fundLiveSweep(
  { deps, chain, deposit, sweep, head }: PlanContext,
  ofSweep: readonly Transaction[],
): Promise<bigint | undefined> {
  const live = ofSweep.filter(({ state }) => state === 'live')
  const signed = live.find(({ step }) => step === 'sweep')
  if (!sweep.plan || !signed || signed.mined || live.some(({ step }) => step === 'gas')) return
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
    const gasShortWei = await gasShortage(chain.state, signed, head)
    if (gasShortWei === 0n) return
    refuseStale()
    await deps.sweeps.savePlan(sweep.id, { ...sweep.plan, block: head.number, gasShortWei })
    return gasShortWei
  }
  if (wait.kind !== 'past-cap') return
  refuseStale()
  const l1FeeWei = await rollupFeeNow(chain.state, signed)
  const walletBalanceWei = await chain.state.nativeBalance(deposit.wallet, head.hash)
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
