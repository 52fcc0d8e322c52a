import { orderPause, type PauseArguments } from '../orders/order-pause.ts'
import type { Outcome, Session } from '../session/outcome.ts'

/** Holds a deposit by hand, or stops new sends of a chain. What is signed goes on. */
export function pause(args: PauseArguments, session: Session): Promise<Outcome> {
  return orderPause('pause', args, session)
}
