import { orderPause, type PauseArguments } from '../orders/order-pause.ts'
import type { Outcome, Session } from '../session/outcome.ts'

/** Ends a pause; held deposits and stopped sends continue by themselves. */
export function resume(args: PauseArguments, session: Session): Promise<Outcome> {
  return orderPause('resume', args, session)
}
