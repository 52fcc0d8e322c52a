import { currentUpdateInfo, workflowInfo } from '@temporalio/workflow'
import type { OperatorOrder } from './contract.ts'

/** How often each order was heard, by its words; handed on from run to run. */
export type HeardOrders = Record<string, number>

/**
 * Which order it is, the same when a reset repeats it; undefined where this run has heard it
 * already. A reset gives the repeated message another event and another time, and leaves what its
 * sender called it, an update's id, and the sequence: a signal without an id is the first, second …
 * of its words since the first run, so that a true second one is another.
 */
export function identify(
  heard: HeardOrders,
  name: string,
  order: OperatorOrder,
): string | undefined {
  const { firstExecutionRunId } = workflowInfo()
  const update = currentUpdateInfo()
  const own = update && `${firstExecutionRunId} ${update.id}`
  // Somebody's JSON may have anything there.
  const id = typeof order.id === 'string' && order.id !== '' ? order.id : own
  const words = JSON.stringify([name, order.operator, order.reason, id])
  const times = (heard[words] ?? 0) + 1
  heard[words] = times
  if (id !== undefined) return times === 1 ? id : undefined
  return `${firstExecutionRunId} ${times}`
}
