import type { Fault, RpcRequest } from '../../harness/proxies/faults.ts'
import type { Scene } from './scene.ts'
import type { TokenSpec, WorldSpec } from './world-spec.ts'

/**
 * Stage of a deposit:
 * - `detection`: the deposit is paid but not confirmed
 * - `plan`: the deposit is confirmed, but no transaction is signed for its sweep
 * - `send`: a transaction is signed, but no block contains the sweep
 * - `finality`: a block contains the sweep, but the sweep is not recorded
 * - `over`: the deposit is done, ignored or orphaned
 */
export type Phase = 'detection' | 'plan' | 'send' | 'finality' | 'over'

/** One odd behaviour of the node. */
export interface NodeRule {
  /** RPC methods. `*` matches all methods. */
  readonly method: string | readonly string[]
  readonly does: Fault
  /** @default always, from before the payment until the row is judged */
  readonly during?: Phase | readonly Phase[]
  /** Index of one endpoint of the world. @default all */
  readonly at?: 'all' | number
  /** Only requests of this process. @default all */
  readonly by?: 'scanner' | 'worker'
  /**
   * Only requests for which this function returns true. `scene.concerns` matches requests about
   * the row's wallet. @default all
   */
  readonly about?: (request: RpcRequest) => boolean | Promise<boolean>
  /** Number of requests that the rule affects at each endpoint. @default unlimited */
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
   * A state that all deposits reach while the node is odd, or a condition that becomes true. Then
   * `release` runs.
   */
  readonly meanwhile?: ExpectedState | ((scene: Scene) => Promise<boolean>)
  /** Action of an operator, or an outside change. @default the node becomes honest */
  readonly release?: (scene: Scene) => void | Promise<void>
  /** @default done */
  readonly end?: ExpectedState
  /** Deposits per payment; 0 if no payment may be credited. @default 1 */
  readonly deposits?: number
  /**
   * Total amount of the asset that arrives in the cold wallet. @default the sum of payments if the
   * end is `done`, else 0
   */
  readonly arrives?: (paid: bigint) => bigint
  /** One pattern for each difference that reconcile reports for the row's wallet. @default none */
  readonly differences?: readonly RegExp[]
  /** Minimum rise of each metric. The key is a name in /metrics, with or without labels. */
  readonly metrics?: Readonly<Record<string, number>>
  /** Patterns of log lines that the processes must have written since the row began. */
  readonly logs?: readonly RegExp[]
  /**
   * Pattern of one finding of `coldsweep config check` while the node is odd, in the form
   * `severity code where: what`.
   */
  readonly configCheck?: RegExp
  /** Makes further checks. Throws if a check fails. */
  readonly also?: (scene: Scene) => Promise<void>
}

/**
 * One publicly reported behaviour of nodes, gateways or tokens, and the expected behaviour of
 * coldsweep.
 */
export interface Oddity {
  /** Behaviour of the node, subject first. */
  readonly name: string
  /** Public reports, for example `erigon #18656`. */
  readonly source: string
  /** Rows with an equal world share a deployment. @default one endpoint, finality of two blocks */
  readonly world?: WorldSpec
  /** @default the plain token */
  readonly asset?: 'native' | TokenSpec
  readonly node?: (scene: Scene) => readonly NodeRule[]
  /** @default one payment of the asset to the scene's wallet */
  readonly pay?: (scene: Scene) => Promise<void>
  /**
   * When the row pays a healthy deposit to another wallet of the chain. That deposit must become
   * `done`, because an odd answer must not stop the chain. `after`: after config check and
   * `release`, for rules that stop every deposit. @default during
   */
  readonly bystander?: 'during' | 'after'
  readonly expect?: Expectation
}
