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
 * Blocks and a transaction that exist on one endpoint now, for questions that need them. A piece
 * that the endpoint refused throws that refusal when it is read.
 */
export interface Sample {
  /** The newest block. */
  readonly block: Block
  /** A transaction of the newest blocks; an unknown hash where they are empty. */
  readonly transaction: Hash
  /**
   * The newest block in which code may have run; undefined without tracing, or where none of the
   * newest blocks is such.
   */
  readonly coded: Block | undefined
  /** A block at the final height, or at the first block of a young chain. */
  readonly finalBlock: { readonly height: bigint; readonly hash: Hash }
}

export interface Probe {
  /**
   * JSON-RPC method, with the form of its parameters where a node may support the method but not
   * the form.
   */
  readonly method: string
  readonly usedFor: string
  /** The operator-visible effect when no endpoint, or too few of them, answer. */
  readonly consequence: string
  /** `optional`: coldsweep has an alternative, or loses only what `consequence` names. */
  readonly need: 'required' | 'optional'
  /**
   * Another check of `config check` reports the absence with its own fix; only the table shows this
   * probe.
   */
  readonly isReportedElsewhere?: boolean
  /** Whether this chain's configuration needs the probe. @default always */
  readonly asked?: (chain: ProbedChain) => boolean
  /** Rejects where the endpoint's answer is unusable. */
  readonly ask: (ports: EndpointPorts, sample: Sample, chain: ProbedChain) => Promise<unknown>
}
