import type { Adoptions } from '../domain/ports/adoptions.ts'
import type { Books } from '../domain/ports/books.ts'
import type { ChainHistory } from '../domain/ports/chain-history.ts'
import type { DepositOrders } from '../domain/ports/deposit-orders.ts'
import type { GasSignals } from '../domain/ports/gas-signals.ts'
import type { KeeperBook } from '../domain/ports/keeper-book.ts'
import type { LaneWatch } from '../domain/ports/lane-watch.ts'
import type { Lanes } from '../domain/ports/lanes.ts'
import type { Log } from '../domain/ports/log.ts'
import type { Metrics } from '../domain/ports/metrics.ts'
import type { SweepRuns } from '../domain/ports/sweep-runs.ts'
import type { Sweeps } from '../domain/ports/sweeps.ts'
import type { MoneyChain } from '../transactions/money-chain.ts'

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
