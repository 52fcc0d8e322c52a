import type { FeePlan } from '../../domain/chains/fees.ts'
import { feesToSign } from '../../domain/chains/fees-to-sign.ts'
import type { MoneyChain } from '../../transactions/sign/money-chain.ts'
import type { Parked } from '../../workflows/contract.ts'
import type { ActivityDeps } from './deps.ts'
import { park } from './outcomes.ts'

/**
 * MONEY 8: the fees that may be signed by the chain's quote now, or the sweep waits with the
 * reason.
 */
export async function quoteFees(
  deps: ActivityDeps,
  { chain, state }: Pick<MoneyChain, 'chain' | 'state'>,
  at: { readonly depositId: string; readonly sweepId: string },
): Promise<{ readonly kind: 'fees'; readonly fees: FeePlan } | Parked> {
  const decision = feesToSign(chain, await state.feeQuote())
  return decision.kind === 'fees' ? decision : await park(deps, at, 'gas-price', decision.detail)
}
