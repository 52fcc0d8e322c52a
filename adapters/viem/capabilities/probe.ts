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
 * Blocks and a transaction that one endpoint has now, as arguments of the probes' requests. If the
 * endpoint refused a block or the transaction, reading the property throws that refusal.
 */
export interface Sample {
  /** The newest block. */
  readonly block: Block
  /** A transaction of the newest blocks; an unknown hash if these blocks are empty. */
  readonly transaction: Hash
  /**
   * The newest block in which code may have run. undefined if the chain is not traced, or if no
   * code ran in the newest blocks.
   */
  readonly coded: Block | undefined
  /** A block at the final height, or at the first block of a young chain. */
  readonly finalBlock: { readonly height: bigint; readonly hash: Hash }
}

/** A request that coldsweep sends to nodes, with the effect on coldsweep if a node refuses it. */
export interface Probe {
  /**
   * JSON-RPC method. The form of its parameters is appended where a node may support the method
   * with other parameters only.
   */
  readonly method: string
  readonly usedFor: string
  /** The effect that an operator sees if too few endpoints, or none, support the method. */
  readonly consequence: string
  /** `optional`: coldsweep has an alternative, or loses only what `consequence` names. */
  readonly need: 'required' | 'optional'
  /**
   * True if another check of `config check` reports the missing method and its fix. The table then
   * shows the probe, but the probe adds no error.
   */
  readonly isReportedElsewhere?: boolean
  /** Whether this chain's configuration needs the probe. @default always */
  readonly asked?: (chain: ProbedChain) => boolean
  /** Rejects if the endpoint's answer is unusable. */
  readonly ask: (ports: EndpointPorts, sample: Sample, chain: ProbedChain) => Promise<unknown>
}
