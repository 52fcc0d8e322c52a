import type { ContractName } from '../../../devstack/contracts/artifact.ts'
import type { AnvilOptions } from '../../../devstack/services/anvil.ts'

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
 * Deployment that a row needs. Omit it if the default is sufficient, because each deployment takes
 * seconds to start.
 */
export interface WorldSpec {
  /** Of several endpoints, more than half must agree. @default 1 */
  readonly endpoints?: number
  /** Overrides of the chain's entry in coldsweep.yaml. */
  readonly chain?: Readonly<Record<string, unknown>>
  readonly timers?: Readonly<Record<string, number>>
  readonly anvil?: AnvilOptions
}

export const plainToken: TokenSpec = { contract: 'plain-token', symbol: 'PLAIN' }

/** Equal specs have equal keys. */
export function worldKey(spec: WorldSpec = {}): string {
  const { endpoints = 1, ...more } = spec
  const words = endpoints === 1 ? 'one endpoint' : `${endpoints} endpoints`
  return Object.keys(more).length === 0 ? words : `${words}, ${JSON.stringify(more)}`
}
