import type { Fault, RpcRequest } from '../../harness/proxies/faults.ts'
import type { Scene } from './scene.ts'
import type { TokenSpec, WorldSpec } from './world-spec.ts'

/**
 * Stage of a deposit:
 * - `detection`: paid, and not confirmed yet
 * - `plan`: confirmed, and nothing is signed for its wallet
 * - `send`: something is signed, and no block has the sweep
 * - `finality`: a block has the sweep, and it is not recorded
 * - `over`: the deposit is done, ignored or orphaned
 */
export type Phase = 'detection' | 'plan' | 'send' | 'finality' | 'over'

/** One odd behaviour of the node. */
export interface NodeRule {
  /** `*` for all. */
  readonly method: string | readonly string[]
  readonly does: Fault
  /** @default always, from before the payment until the row is judged */
  readonly during?: Phase | readonly Phase[]
  /** Which of the world's endpoints. @default all */
  readonly at?: 'all' | number
  /** Requests of this process only. @default all */
  readonly by?: 'scanner' | 'worker'
  /**
   * Only requests for which this is true; `scene.concerns` matches those about the row's wallet.
   * @default all
   */
  readonly about?: (request: RpcRequest) => boolean | Promise<boolean>
  /** Number of odd requests at each endpoint. @default unlimited */
  readonly times?: number
}

/** A deposit's state as `state(reason)`, and the pattern of its detail. */
export interface ExpectedState {
  readonly state: string | RegExp
  readonly detail?: RegExp
}

/**
 * Expected behaviour of coldsweep. By default each deposit is swept once, exact to the smallest
 * unit, and reconcile finds no difference.
 */
export interface Expectation {
  /**
   * A state that the deposits reach and keep while the node is odd, or any other condition;
   * `release` then ends it.
   */
  readonly meanwhile?: ExpectedState | ((scene: Scene) => Promise<boolean>)
  /** Action of an operator, or an outside change. @default the node becomes honest */
  readonly release?: (scene: Scene) => void | Promise<void>
  /** @default done */
  readonly end?: ExpectedState
  /** Deposits per payment; 0 where nothing may be credited. @default 1 */
  readonly deposits?: number
  /**
   * Total that the cold wallet gets of the asset. @default the sum of payments if the end is
   * `done`, else 0
   */
  readonly arrives?: (paid: bigint) => bigint
  /** One pattern for each difference that reconcile names of the row's wallet. @default none */
  readonly differences?: readonly RegExp[]
  /** By how much metrics rise at least, by their name in /metrics, labels included or not. */
  readonly metrics?: Readonly<Record<string, number>>
  /** Lines that the processes must have logged since the row began. */
  readonly logs?: readonly RegExp[]
  /**
   * Output of `coldsweep config check` while the node is odd: lines of `severity code where: what`.
   */
  readonly configCheck?: RegExp
  /** Further checks; throws when one fails. */
  readonly also?: (scene: Scene) => Promise<void>
}

/**
 * One behaviour of nodes, gateways or tokens that people have met in public, and what coldsweep
 * must do.
 */
export interface Oddity {
  /** Behaviour of the node, subject first. */
  readonly name: string
  /** Public threads: `erigon #18656`. */
  readonly source: string
  /** Rows with an equal world share a deployment. @default one endpoint, finality of two blocks */
  readonly world?: WorldSpec
  /** @default the plain token */
  readonly asset?: 'native' | TokenSpec
  readonly node?: (scene: Scene) => readonly NodeRule[]
  /** @default one payment of the asset to the scene's wallet */
  readonly pay?: (scene: Scene) => Promise<void>
  /**
   * A healthy deposit of somebody else on the same chain, which must be done within the time limit:
   * one odd answer stops no chain. `after`: it is paid once the row is released, for rules that
   * stop everybody; config check runs before. @default during
   */
  readonly bystander?: 'during' | 'after'
  readonly expect?: Expectation
}
