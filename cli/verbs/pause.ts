import { orderPause, type PauseArguments } from '../orders/order-pause.ts'
import type { Outcome, Session } from '../session/outcome.ts'

/** Holds a deposit, or stops new sends of a chain. Signed transactions continue. */
export function pause(args: PauseArguments, session: Session): Promise<Outcome> {
  return orderPause('pause', args, session)
}
