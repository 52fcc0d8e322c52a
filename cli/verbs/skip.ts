import { type OrderArguments, orderDeposit } from '../orders/order-deposit.ts'
import type { Outcome, Session } from '../session/outcome.ts'

/**
 * Ends a deposit as `ignored(skipped by <operator>)`. Its amount stays in the wallet until a later
 * sweep moves it (MONEY 16).
 */
export function skip(args: OrderArguments, session: Session): Promise<Outcome> {
  return orderDeposit('skip', args, session)
}
