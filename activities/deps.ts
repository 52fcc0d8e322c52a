import type { Books } from '../domain/books/books-store.ts'
import type { ChainHistory } from '../domain/chains/nodes/chain-history.ts'
import type { Adoptions } from '../domain/deposits/adoptions.ts'
import type { SweepRuns } from '../domain/deposits/sweep-runs.ts'
import type { KeeperBook } from '../domain/keeper/keeper-book.ts'
import type { GasSignals } from '../domain/lanes/gas-signals.ts'
import type { LaneWatch } from '../domain/lanes/lane-watch.ts'
import type { Lanes } from '../domain/lanes/lanes.ts'
import type { Log } from '../domain/log.ts'
import type { Metrics } from '../domain/metrics.ts'
import type { DepositOrders } from '../domain/operators/deposit-orders.ts'
import type { Sweeps } from '../domain/sweeps/sweeps-store.ts'
import type { MoneyChain } from '../transactions/sign/money-chain.ts'

/** What activities are made of; workers/main.ts wires it. */
export interface ActivityDeps {
  readonly chains: ReadonlyMap<number, MoneyChain>
  readonly sweeps: Sweeps
  readonly orders: Pick<DepositOrders, 'skip' | 'approve'>
  readonly lanes: Lanes
  readonly sends: Pick<LaneWatch, 'noteSend'>
  readonly gasSignals: GasSignals
  readonly keeperBook: KeeperBook
  readonly adoptions: Adoptions
  readonly books: Books
  readonly histories: ReadonlyMap<number, ChainHistory>
  readonly runs: SweepRuns
  readonly log: Log
  readonly metrics: Metrics
  readonly limits: { readonly gasRounds: number; readonly sweepRounds: number }
  /** How long a sweep stays with its driver without a sign of life (MONEY 10). */
  readonly leaseMs: number
  readonly adoptAfterMs: number
}
