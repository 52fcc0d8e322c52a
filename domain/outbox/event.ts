/**
 * Events on the topic exchange `coldsweep.events`; docs/events.md has the schemas. The type is the
 * routing key.
 */
export type EventType =
  | 'chain.block'
  | 'deposit.detected'
  | 'deposit.confirmed'
  | 'deposit.orphaned'
  | 'deposit.rejected'
  | 'sweep.waiting'
  | 'sweep.done'
  | 'sweep.needs-attention'
  | 'keeper.low'
  | 'keeper.empty'
  | 'keeper.recovered'
  | 'transaction.foreign'
  | 'reconcile.difference'
  | 'wallet.unexplained'

/**
 * Body of every event. `seq` counts per deposit (per height of a chain for blocks), so that a
 * consumer can drop older events: the bus may deliver twice and out of order. Amounts are decimal
 * strings of the smallest unit.
 */
export interface EventBody {
  readonly v: 1
  readonly type: EventType
  readonly seq: number
  readonly at: string
  readonly chainId: number
  readonly depositId?: string
  readonly data: Readonly<Record<string, string | number | null>>
}

/**
 * Work for the intake: one confirmed deposit. Queue by asset: native → Regular_Transactions, token
 * → Gas_Collection.
 */
export interface WorkMessage {
  readonly v: 1
  readonly depositId: string
  readonly chainId: number
  /** Symbol, e.g. `USDT`. */
  readonly asset: string
  readonly kind: 'native' | 'token'
  /** EIP-55 */
  readonly wallet: string
  /** Decimal string of the smallest unit. */
  readonly amount: string
  readonly decimals: number
}

export const workQueues = { native: 'Regular_Transactions', token: 'Gas_Collection' } as const
export const failuresQueue = 'Processing_Failures'
export const eventsExchange = 'coldsweep.events'
