import { ApplicationFailure, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow'
import { type OperatorOrder, signalNames } from './contract.ts'
import { recordActivities } from './options.ts'
import { type HeardOrders, identify } from './order-ids.ts'
import { checkOrder, isOrder } from './orders.ts'

/** What the orders of operators do to a run. */
interface OrderedRun<View> {
  readonly depositId: string
  readonly heard: HeardOrders
  /** Plans anew, from needs-attention too. */
  retry(): void
  /** Reads the row again. */
  wake(): void
  /** Says something to whoever looks at the run. */
  tell(detail: string): void
  view(): View
}

/**
 * `retryNow`, `skip` and `approve`, each as an update, which can be refused, and as a signal, which
 * can't: one without operator and reason, or against the rules, is not followed, and the details
 * say so. What a reset repeats is no order.
 */
export function hearOrders<View>(run: OrderedRun<View>): void {
  const { depositId } = run
  hear(run, signalNames.retryNow, async (order) => {
    const noted = await recordActivities().noteOrder({ depositId, action: 'retry', ...order })
    // Histories of before it answered have nothing here.
    if (noted === 'repeat') return followedBefore(signalNames.retryNow)
    run.retry()
    return undefined
  })
  for (const action of [signalNames.skip, signalNames.approve]) {
    hear(run, action, async (order) => {
      const followed = await recordActivities().followOrder({ depositId, action, ...order })
      if (followed.kind === 'refused') return `${action} refused: ${followed.why}`
      if (followed.kind === 'repeat') return followedBefore(action)
      run.wake()
      return undefined
    })
  }
}

/** @param follow answers why not, where it does not */
function hear<View>(
  run: OrderedRun<View>,
  name: string,
  follow: (order: OperatorOrder) => Promise<string | undefined>,
): void {
  const followOnce = async (order: OperatorOrder) => {
    const id = identify(run.heard, name, order)
    if (id === undefined) return followedBefore(name)
    // Whatever else stands in somebody's JSON stays out.
    return await follow({ operator: order.operator, reason: order.reason, id })
  }
  setHandler(
    defineUpdate<View, [OperatorOrder]>(name),
    async (order) => {
      const why = await followOnce(order)
      if (why !== undefined) throw ApplicationFailure.nonRetryable(why, 'Refused')
      return run.view()
    },
    { validator: checkOrder },
  )
  setHandler(defineSignal<[OperatorOrder]>(name), async (order) => {
    const why = isOrder(order)
      ? await followOnce(order)
      : `a ${name} without operator and reason was not followed`
    if (why !== undefined) run.tell(why)
  })
}

const followedBefore = (name: string) =>
  `this ${name} was followed before: to order it once more, give another reason or id`
