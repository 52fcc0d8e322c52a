import type { Address, Hash } from '../../../domain/address.ts'
import type { Block } from '../../../domain/chains/block.ts'
import type { FinalityPolicy } from '../../../domain/chains/finality.ts'
import type { EndpointPorts } from './endpoint-ports.ts'

/** What the configuration says of a chain, as far as a probe's question depends on it. */
export interface ProbedChain {
  readonly tokens: readonly Address[]
  readonly coldWallet: Address
  readonly keeper: Address
  readonly finality: FinalityPolicy
  readonly internalTransfers: 'trace' | 'balance' | 'off'
}

/**
 * What one endpoint has now, for questions that need a block or a transaction that exists. A piece
 * that the endpoint does not tell throws its refusal where it is read.
 */
export interface Sample {
  /** The newest block. */
  readonly block: Block
  /** A transaction of the newest blocks; a hash that nobody has where they are empty. */
  readonly transaction: Hash
  /**
   * The newest block in which code may have run, where traces are wanted and one of the newest
   * blocks is such.
   */
  readonly coded: Block | undefined
  /** A block at the final height, or at the first block of a young chain. */
  readonly finalBlock: { readonly height: bigint; readonly hash: Hash }
}

export interface Probe {
  /**
   * JSON-RPC method, with the form of its parameters where a node may know the method and refuse
   * the form.
   */
  readonly method: string
  readonly usedFor: string
  /** What an operator sees where no endpoint, or too few of them, answer it. */
  readonly consequence: string
  /** `optional`: coldsweep has another way, or loses only what `consequence` names. */
  readonly need: 'required' | 'optional'
  /**
   * Another check of `config check` reports its absence, with a remedy of its own: the table alone
   * shows it.
   */
  readonly isReportedElsewhere?: boolean
  /** Whether this chain's configuration asks it. @default always */
  readonly asked?: (chain: ProbedChain) => boolean
  /** Rejects where the endpoint has no usable answer. */
  readonly ask: (ports: EndpointPorts, sample: Sample, chain: ProbedChain) => Promise<unknown>
}
