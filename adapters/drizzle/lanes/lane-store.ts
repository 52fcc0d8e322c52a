import type { LaneStore } from '../../../domain/lanes/lane-store.ts'
import type { Database } from '../database.ts'
import { withDeadline } from '../deadline.ts'
import { withDatabaseErrors } from '../errors.ts'
import { laneSigning } from './lane-signing.ts'
import { laneTracking } from './lane-tracking.ts'

type Pool = Pick<Database, 'db' | 'renew'>

/**
 * Options of the lane store. The store itself wraps its methods with deadlines, because a method
 * that misses its deadline breaks the connections of its own pool only.
 */
export interface LaneStoreOptions {
  /** A small separate pool, so that a signature does not queue behind reports. */
  readonly signing: Pool
  /** Pool of all other statements. */
  readonly tracking: Pool
  /** Takes the advisory lock that makes this process the chain's only lane loop. */
  readonly lead: LaneStore['lead']
  /**
   * Deadline of each method except `lead`. When a method misses the deadline, its pool breaks its
   * connections.
   */
  readonly answerWithinMs: number
}

/** Creates the store of lanes over two pools: one for signing, one for tracking. */
export function createLaneStore(options: LaneStoreOptions): LaneStore {
  const { signing, tracking, lead, answerWithinMs } = options
  const guarded = <T extends object>(pool: Pool, methods: T) =>
    withDeadline(pool, answerWithinMs, withDatabaseErrors(methods))
  return {
    ...guarded(signing, laneSigning(signing.db)),
    ...guarded(tracking, laneTracking(tracking.db)),
    lead,
  }
}
