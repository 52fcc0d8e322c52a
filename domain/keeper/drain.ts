import type { Address } from '../address.ts'
import type { DrainDestination } from '../lanes/transaction.ts'

/**
 * An operator's open order to send the rest of a retired keeper. The id is that of its sweep row.
 */
export interface DrainOrder {
  readonly id: string
  readonly keeper: Address
  readonly to: DrainDestination
  /** Why the order was not signed yet; null before the first try. */
  readonly waitingFor: string | null
}

/** Orders to drain retired keepers, as the lane loop works on them. */
export interface DrainStore {
  /** Open orders of a chain that have no transaction yet, oldest first. */
  unsigned(chainId: number): Promise<readonly DrainOrder[]>
  /** Records why an order is not signed. */
  noteWait(id: string, why: string): Promise<void>
  /**
   * Ends the unsigned orders of keepers that became the current keeper again after the order
   * (`returned`). The order was given for an earlier retirement.
   * @returns the ended orders
   */
  endReturned(chainId: number): Promise<readonly DrainOrder[]>
  /**
   * Ends an order without a signature: the balance does not pay for its own transfer now. It can be
   * ordered again, because gas may become cheaper.
   */
  endEmpty(id: string): Promise<void>
}

/**
 * - `active`: the current keeper.
 * - `retiring`: another keeper is registered, and transactions of this one are not final.
 * - `retired`: it holds money that a drain would move.
 * - `draining`: an order to drain it is open.
 * - `closed`: nothing is left to move.
 */
export type KeeperState = 'active' | 'retiring' | 'retired' | 'draining' | 'closed'

/** State of a keeper by its rows and its balance. */
export function keeperState(input: {
  readonly retired: boolean
  /** Transactions that are not final. */
  readonly live: number
  readonly draining: boolean
  /** Rest after the last order that ended; undefined without one. */
  readonly restWei: bigint | undefined
  /** undefined while no node answers. */
  readonly balanceWei: bigint | undefined
  /** Cost of one plain transfer, in wei; undefined while no node answers. */
  readonly transferWei: bigint | undefined
  /** A payment arrived after the last drain. */
  readonly refilled: boolean
}): KeeperState {
  const { retired, live, draining, restWei, balanceWei, transferWei = 0n, refilled } = input
  if (!retired) return 'active'
  if (draining) return 'draining'
  if (live > 0) return 'retiring'
  // Native coin that a contract paid is no refill row, so the balance decides if it is known.
  if (balanceWei === undefined) return restWei !== undefined && !refilled ? 'closed' : 'retired'
  if (balanceWei <= transferWei) return 'closed'
  return restWei !== undefined && balanceWei <= restWei ? 'closed' : 'retired'
}
