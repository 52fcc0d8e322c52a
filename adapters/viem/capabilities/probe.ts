import type { Address, Hash } from '../../../domain/address.ts'
import type { Block } from '../../../domain/chains/block.ts'
import type { FinalityPolicy } from '../../../domain/chains/finality.ts'
import type { EndpointPorts } from './endpoint-ports.ts'

/** The part of a chain's configuration that the probes depend on. */
export interface ProbedChain {
  readonly tokens: readonly Address[]
  readonly coldWallet: Address
  readonly keeper: Address
  readonly finality: FinalityPolicy
  readonly internalTransfers: 'trace' | 'balance' | 'off'
}

/**
 * Blocks and a transaction that exist on one endpoint now, for requests that need them. If the
 * endpoint refused such a block or transaction, reading the property throws that refusal.
 */
export interface Sample {
  /** The newest block. */
  readonly block: Block
  /** A transaction of the newest blocks; an unknown hash if these blocks are empty. */
  readonly transaction: Hash
  /**
   * The newest block in which code may have run; undefined without tracing, or if code ran in none
   * of the newest blocks.
   */
  readonly coded: Block | undefined
  /** A block at the final height, or at the first block of a young chain. */
  readonly finalBlock: { readonly height: bigint; readonly hash: Hash }
}

export interface Probe {
  /**
   * JSON-RPC method; with the form of its parameters if a node may support the method but not that
   * form.
   */
  readonly method: string
  readonly usedFor: string
  /** The effect that an operator sees if no endpoint, or too few endpoints, answer. */
  readonly consequence: string
  /** `optional`: coldsweep has an alternative, or loses only what `consequence` names. */
  readonly need: 'required' | 'optional'
  /**
   * Whether another check of `config check` reports the missing method with its own fix, so that
   * only the table shows this probe.
   */
  readonly isReportedElsewhere?: boolean
  /** Whether this chain's configuration needs the probe. @default always */
  readonly asked?: (chain: ProbedChain) => boolean
  /** Rejects if the endpoint's answer is unusable. */
  readonly ask: (ports: EndpointPorts, sample: Sample, chain: ProbedChain) => Promise<unknown>
}
