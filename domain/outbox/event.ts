/**
 * Types of events on the topic exchange `coldsweep.events`. The type is the routing key.
 * docs/events.md has the schemas.
 */
export type EventType =
  | 'chain.block'
  | 'deposit.detected'
  | 'deposit.confirmed'
  | 'deposit.orphaned'
  | 'deposit.rejected'
  | 'balance.adopted'
  | 'sweep.waiting'
  | 'sweep.done'
  | 'sweep.ignored'
  | 'sweep.needs-attention'
  | 'keeper.low'
  | 'keeper.empty'
  | 'keeper.recovered'
  | 'transaction.foreign'
  | 'reconcile.difference'
  | 'wallet.unexplained'

/**
 * Body of every event. The bus may deliver events twice and out of order. Therefore `seq` counts
 * the events of a deposit (for blocks: of one height of a chain), and consumers drop events with an
 * older `seq`. Amounts are decimal strings in the smallest unit.
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
 * Work message for the intake: one confirmed deposit. Deposits of native coin go to the queue
 * Regular_Transactions, token deposits to Gas_Collection.
 */
export interface WorkMessage {
  readonly v: 1
  readonly depositId: string
  readonly chainId: number
  /** Symbol of the asset, for example `USDT`. */
  readonly asset: string
  readonly kind: 'native' | 'token'
  /** Address with an EIP-55 checksum. */
  readonly wallet: string
  /** Decimal string in the smallest unit. */
  readonly amount: string
  readonly decimals: number
}

export const workQueues = { native: 'Regular_Transactions', token: 'Gas_Collection' } as const
export const failuresQueue = 'Processing_Failures'
export const eventsExchange = 'coldsweep.events'
