import { type OrderArguments, orderDeposit } from '../orders/order-deposit.ts'
import type { Outcome, Session } from '../session/outcome.ts'

/** Releases a held deposit and all others of its wallet and asset (MONEY 16). */
export function approve(args: OrderArguments, session: Session): Promise<Outcome> {
  return orderDeposit('approve', args, session)
}
