import { Context } from '@temporalio/activity'
import type { BookStore } from '../../domain/books/book-store.ts'
import type { ChainHistory } from '../../domain/chains/nodes/chain-state.ts'
import type {
  DepositsWithoutRun,
  GasSignals,
  KnownDeposit,
  SweepRuns,
} from '../../domain/deposits/sweep-runs.ts'
import type { KeeperStore } from '../../domain/keeper/keeper-store.ts'
import type { LaneSigning } from '../../domain/lanes/lane-store.ts'
import { BadInput, ChainNotServed } from '../../domain/money-errors.ts'
import type { DepositOrders } from '../../domain/operators/deposit-orders.ts'
import type { Log, Metrics } from '../../domain/process.ts'
import type { CursorReader } from '../../domain/scan/scan-store.ts'
import type { SweepStore } from '../../domain/sweeps/sweep-store.ts'
import type { Rest } from '../../runtime/work-slots.ts'
import type { MoneyChain } from '../../transactions/sign/money-chain.ts'

/** Ports and settings of all activities. */
export interface ActivityDeps {
  readonly chains: ReadonlyMap<number, MoneyChain>
  readonly sweeps: SweepStore
  readonly orders: Pick<DepositOrders, 'skip' | 'approve'>
  readonly cursors: CursorReader
  readonly lanes: LaneSigning
  readonly gasSignals: GasSignals
  readonly keeperBook: KeeperStore
  readonly adoptions: DepositsWithoutRun
  /** Settles a small deposit without a run (MONEY 15). @default each deposit gets a run */
  readonly settle?: (deposit: KnownDeposit) => Promise<boolean>
  readonly books: BookStore
  readonly histories: ReadonlyMap<number, ChainHistory>
  readonly runs: SweepRuns
  readonly log: Log
  readonly metrics: Metrics
  readonly limits: { readonly gasRounds: number; readonly sweepRounds: number }
  /**
   * Length of the lease with which a run drives a sweep. The lease expires without a renewal (MONEY
   * 10).
   */
  readonly leaseMs: number
  /** How long a deposit's run must be silent before `adopt` starts another run. */
  readonly adoptAfterMs: number
  /**
   * How a step that threw `NotYet` waits in its activity. Undefined while no worker runs.
   * @default the step ends its attempt, and Temporal retries it
   */
  readonly rest?: () => Rest | undefined
}

/**
 * Returns the name under which this run holds a sweep's lease: the activity's workflow id, which
 * stays the same after a reset or in a new run.
 */
export function holder(): string {
  const { workflowExecution } = Context.current().info
  if (!workflowExecution) throw new BadInput('this activity works for a workflow only')
  return workflowExecution.workflowId
}

export function chainOf(deps: ActivityDeps, chainId: number): MoneyChain {
  const chain = deps.chains.get(chainId)
  if (!chain) throw new ChainNotServed(`chain ${chainId} is not in coldsweep.yaml of this worker`)
  return chain
}
