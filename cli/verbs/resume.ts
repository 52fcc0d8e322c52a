import { orderPause, type PauseArguments } from '../orders/order-pause.ts'
import type { Outcome, Session } from '../session/outcome.ts'

/** Ends what `pause` began; what it held or stopped goes on by itself. */
export function resume(args: PauseArguments, session: Session): Promise<Outcome> {
  return orderPause('resume', args, session)
}
