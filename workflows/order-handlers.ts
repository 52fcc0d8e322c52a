import { ApplicationFailure, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow'
import { type OperatorOrder, signalNames } from './contract.ts'
import { recordActivities } from './options.ts'
import { checkOrder, isOrder } from './orders.ts'

/** What the orders of operators do to a run. */
interface OrderedRun<View> {
  readonly depositId: string
  /** Plans anew, from needs-attention too. */
  retry(): void
  /** Reads the row again. */
  wake(): void
  /** Says something to whoever looks at the run. */
  tell(detail: string): void
  view(): View
}

/**
 * `retryNow`, `skip` and `approve`, each as an update, which can be refused, and as a signal, which can't: one without
 * operator and reason, or against the rules, is not followed, and the details say so.
 */
export function hearOrders<View>(run: OrderedRun<View>): void {
  const { depositId } = run
  hear(run, signalNames.retryNow, async (order) => {
    await recordActivities().noteOrder({ depositId, action: 'retry', ...only(order) })
    run.retry()
    return undefined
  })
  for (const action of [signalNames.skip, signalNames.approve]) {
    hear(run, action, async (order) => {
      const followed = await recordActivities().followOrder({ depositId, action, ...only(order) })
      if (followed.kind === 'refused') return `${action} refused: ${followed.why}`
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
  setHandler(
    defineUpdate<View, [OperatorOrder]>(name),
    async (order) => {
      const why = await follow(order)
      if (why !== undefined) throw ApplicationFailure.nonRetryable(why, 'Refused')
      return run.view()
    },
    { validator: checkOrder },
  )
  setHandler(defineSignal<[OperatorOrder]>(name), async (order) => {
    const why = isOrder(order)
      ? await follow(order)
      : `a ${name} without operator and reason was not followed`
    if (why !== undefined) run.tell(why)
  })
}

/** Whatever else stands in somebody's JSON stays out. */
const only = ({ operator, reason }: OperatorOrder): OperatorOrder => ({ operator, reason })
