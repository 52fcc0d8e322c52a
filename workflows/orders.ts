import {
  ApplicationFailure,
  currentUpdateInfo,
  defineSignal,
  defineUpdate,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow'
import { printable } from '../domain/printable.ts'
import { type OperatorOrder, signalNames } from './contract.ts'
import { recordActivities } from './options.ts'

/** The parts of a run that operators' orders act on. */
interface OrderedRun<View> {
  readonly depositId: string
  readonly heard: HandledOrders
  /** Plans again, also when the deposit is `needs-attention`. */
  retry(): void
  /** Reads the row again. */
  wake(): void
  /** Shows a message in the run's details. */
  showMessage(detail: string): void
  view(): View
}

/**
 * Handles `retryNow`, `skip` and `approve`, each as an update and as a signal. An order without
 * operator and reason, or against the rules, is refused. A refused update fails, and a refused
 * signal leaves a message in the details. Orders that a reset repeats are ignored.
 */
export function handleOrders<View>(run: OrderedRun<View>): void {
  const { depositId } = run
  handle(run, signalNames.retryNow, async (order) => {
    const noted = await recordActivities().noteOrder({ depositId, action: 'retry', ...order })
    // Histories of an older version have no result here, so only `repeat` is tested.
    if (noted === 'repeat') return followedBefore(signalNames.retryNow)
    run.retry()
    return undefined
  })
  for (const action of [signalNames.skip, signalNames.approve]) {
    handle(run, action, async (order) => {
      const followed = await recordActivities().followOrder({ depositId, action, ...order })
      if (followed.kind === 'refused') return `${action} refused: ${followed.why}`
      if (followed.kind === 'repeat') return followedBefore(action)
      run.wake()
      return undefined
    })
  }
}

/** @param follow resolves with the reason if the order is refused */
function handle<View>(
  run: OrderedRun<View>,
  name: string,
  follow: (order: OperatorOrder) => Promise<string | undefined>,
): void {
  const followOnce = async (order: OperatorOrder) => {
    const id = identify(run.heard, name, order)
    if (id === undefined) return followedBefore(name)
    // Other fields of the caller's JSON are dropped.
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
    if (why !== undefined) run.showMessage(why)
  })
}

const followedBefore = (name: string) =>
  `this ${name} was followed before: to order it once more, give another reason or id`

/**
 * How often each order was received, by the order's text. The counts are carried over when a run
 * continues as new.
 */
export type HandledOrders = Record<string, number>

/**
 * Returns the id of an order. The id stays the same when a reset repeats the order. Returns
 * undefined if this run has already received the order. A reset changes the message's event and
 * time but keeps the sender's id, an update's id and the sequence. A signal without an id gets its
 * number among the orders with the same text since the first run as its id, so that a real second
 * order gets another id.
 */
export function identify(
  heard: HandledOrders,
  name: string,
  order: OperatorOrder,
): string | undefined {
  const { firstExecutionRunId } = workflowInfo()
  const update = currentUpdateInfo()
  const own = update && `${firstExecutionRunId} ${update.id}`
  // The caller's JSON may hold any value here.
  const id = typeof order.id === 'string' && order.id !== '' ? order.id : own
  const words = JSON.stringify([name, order.operator, order.reason, id])
  const times = (heard[words] ?? 0) + 1
  heard[words] = times
  if (id !== undefined) return times === 1 ? id : undefined
  return `${firstExecutionRunId} ${times}`
}

const longest = 500

export function isOrder(order: OperatorOrder | undefined): order is OperatorOrder {
  return isText(order?.operator) && isText(order?.reason)
}

/** Validator of operators' updates: rejects before anything is written to the history. */
export function checkOrder(order: OperatorOrder | undefined): void {
  if (!isOrder(order)) {
    throw new Error(
      'an order names who gives it and why: {"operator":"<you>","reason":"<why>"}, 500 printable characters at most',
    )
  }
}

/** The text is stored in audit rows. A text that PostgreSQL rejects would be retried forever. */
function isText(text: unknown): boolean {
  if (typeof text !== 'string' || text.length > longest) return false
  const line = text.replace(/\s+/g, ' ').trim()
  return line !== '' && printable(line) === line
}
