import type { DrainOrder, DrainStore } from '../../domain/keeper/drain.ts'
import type { LaneSigning } from '../../domain/lanes/lane-store.ts'
import { openDrain } from '../sign/open-drain.ts'
import { broadcast } from './broadcast.ts'
import type { TrackDeps } from './poll-view.ts'

export type DrainDeps = Pick<TrackDeps, 'chain' | 'cursors' | 'log'> & {
  readonly lanes: LaneSigning
  readonly drains: DrainStore
}

/**
 * Signs and broadcasts every open order to drain a retired keeper, before the lanes are tracked.
 * From its signature on, a drain is tracked like every other transaction (MONEY 5). A failure
 * leaves the order open for the next poll. Rejects with the first failure after all orders were
 * tried.
 */
export async function drainKeepers(deps: DrainDeps): Promise<void> {
  const { id: chainId } = deps.chain.chain
  for (const { id, keeper } of await deps.drains.endReturned(chainId))
    deps.log.warn(
      { drain: id, keeper },
      'drain ended: its keeper was current again after the order',
    )
  const failures: unknown[] = []
  for (const order of await deps.drains.unsigned(chainId))
    await drain(deps, order).catch((error: unknown) => failures.push(error))
  if (failures.length > 0) throw failures[0]
}

async function drain(deps: DrainDeps, order: DrainOrder): Promise<void> {
  const { chain, drains, lanes, log } = deps
  const { id, keeper, to } = order
  const answer = await openDrain(chain, deps, order)
  const fields = { drain: id, keeper, to }
  if (answer.kind === 'waits') {
    if (answer.why === order.waitingFor) return
    await drains.noteWait(id, answer.why)
    log.warn({ ...fields, why: answer.why }, 'drain of retired keeper waits')
    return
  }
  if (answer.kind === 'empty') {
    await drains.endEmpty(id)
    log.info({ ...fields, balanceWei: String(answer.balanceWei) }, 'retired keeper has no rest')
    return
  }
  if (!answer.isNew) return
  log.info({ ...fields, valueWei: String(answer.transaction.valueWei) }, 'drain signed')
  await broadcast({ broadcaster: chain.broadcaster, lanes, log }, answer.transaction)
}
