import type { BookStore } from '../../domain/books/book-store.ts'
import type { ChainHistory } from '../../domain/chains/nodes/chain-state.ts'
import type { GasSignals, RunlessDeposits, SweepRuns } from '../../domain/deposits/sweep-runs.ts'
import type { KeeperStore } from '../../domain/keeper/keeper-store.ts'
import type { LaneWatch } from '../../domain/lanes/lane-watch.ts'
import type { Lanes } from '../../domain/lanes/lanes.ts'
import type { DepositOrders } from '../../domain/operators/deposit-orders.ts'
import type { Log, Metrics } from '../../domain/process.ts'
import type { SweepStore } from '../../domain/sweeps/sweep-store.ts'
import type { MoneyChain } from '../../transactions/sign/money-chain.ts'

/** What activities are made of; workers/main.ts wires it. */
export interface ActivityDeps {
  readonly chains: ReadonlyMap<number, MoneyChain>
  readonly sweeps: SweepStore
  readonly orders: Pick<DepositOrders, 'skip' | 'approve'>
  readonly lanes: Lanes
  readonly sends: Pick<LaneWatch, 'noteSend'>
  readonly gasSignals: GasSignals
  readonly keeperBook: KeeperStore
  readonly adoptions: RunlessDeposits
  readonly books: BookStore
  readonly histories: ReadonlyMap<number, ChainHistory>
  readonly runs: SweepRuns
  readonly log: Log
  readonly metrics: Metrics
  readonly limits: { readonly gasRounds: number; readonly sweepRounds: number }
  /** How long a sweep stays with its driver without a sign of life (MONEY 10). */
  readonly leaseMs: number
  readonly adoptAfterMs: number
}
