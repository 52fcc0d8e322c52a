import type { Chain } from '../../domain/chains/chain.ts'
import type { Broadcaster } from '../../domain/chains/nodes/broadcaster.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import type { TransferGasStore } from '../../domain/chains/transfer-gas.ts'
import type { Signer } from './signer.ts'

/** A chain's settings, nodes and signer, as the money code uses them. */
export interface MoneyChain {
  readonly chain: Chain
  readonly state: ChainState
  readonly broadcaster: Broadcaster
  readonly signer: Signer
  /** Measured gas of a plain transfer. @default 21,000 */
  readonly transferGas?: Pick<TransferGasStore, 'read' | 'recordFirst'>
  /** Number of endpoints that `state` reads from. @default 1 */
  readonly endpointCount?: number
}
