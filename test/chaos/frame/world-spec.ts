import type { ContractName } from '../../../devstack/contracts/artifact.ts'
import type { AnvilOptions } from '../../../devstack/services/anvil.ts'

/** A test token that a row pays with. */
export interface TokenSpec {
  readonly contract: ContractName
  /** One contract is deployed for each symbol of a world. */
  readonly symbol: string
  /** @default 18 */
  readonly decimals?: number
  /** Constructor arguments after name, symbol and decimals. */
  readonly more?: readonly unknown[]
}

/**
 * Deployment that a row needs. Omit the spec if the default deployment is sufficient, because each
 * deployment takes seconds to start.
 */
export interface WorldSpec {
  /** Number of RPC endpoints. By default more than half of them must agree. @default 1 */
  readonly endpoints?: number
  /** Overrides of the chain's entry in coldsweep.yaml. */
  readonly chain?: Readonly<Record<string, unknown>>
  readonly timers?: Readonly<Record<string, number>>
  readonly anvil?: AnvilOptions
}

export const plainToken: TokenSpec = { contract: 'plain-token', symbol: 'PLAIN' }

/** Returns a text that is equal for equal specs and describes the spec in a test title. */
export function worldKey(spec: WorldSpec = {}): string {
  const { endpoints = 1, ...more } = spec
  const words = endpoints === 1 ? 'one endpoint' : `${endpoints} endpoints`
  return Object.keys(more).length === 0 ? words : `${words}, ${JSON.stringify(more)}`
}
