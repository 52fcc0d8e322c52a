import { planTokenGas } from '../domain/gas-plan.ts'
import { judgePrice } from '../domain/price-trouble.ts'
import type { Transaction } from '../domain/transaction.ts'
import { rollupFeeNow } from '../transactions/rollup-fee-now.ts'
import { gasShortage } from './gas-shortage.ts'
import type { PlanContext } from './plan-context.ts'

/**
 * MONEY 8: gas for a signed token sweep that no block takes at what was funded, or whose wallet has lost it. The plan gets the higher cap and what the
 * wallet lacks for it; nothing else of it changes, because the sweep itself is signed. undefined where that is not needed,
 * or an earlier gas round is under way (MONEY 2). Returns what the keeper has to add.
 */
export async function fundLiveSweep(
  { deps, chain, deposit, sweep, head }: PlanContext,
  ofSweep: readonly Transaction[],
): Promise<bigint | undefined> {
  const live = ofSweep.filter(({ state }) => state === 'live')
  const signed = live.find(({ step }) => step === 'sweep')
  if (!sweep.plan || !signed || signed.mined || live.some(({ step }) => step === 'gas')) return
  const trouble = judgePrice(chain.chain, await chain.state.feeQuote(), signed)
  if (!trouble) {
    const gasShortWei = await gasShortage(chain.state, signed, head)
    if (gasShortWei === 0n) return
    await deps.sweeps.savePlan(sweep.id, { ...sweep.plan, block: head.number, gasShortWei })
    return gasShortWei
  }
  if (trouble.kind !== 'past-cap') return
  const { gasLimit } = signed
  const l1FeeWei = await rollupFeeNow(chain.state, signed)
  const walletBalanceWei = await chain.state.nativeBalance(deposit.wallet, head.hash)
  const { fees } = trouble
  const { capWei, shortWei } = planTokenGas({ gasLimit, fees, l1FeeWei, walletBalanceWei })
  await deps.sweeps.savePlan(sweep.id, {
    ...sweep.plan,
    block: head.number,
    feeCapWei: capWei,
    gasShortWei: shortWei,
  })
  return shortWei
}
