import type { Chain } from '../../domain/chains/chain.ts'
import type { Broadcaster } from '../../domain/chains/nodes/broadcaster.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import type { TransferGasStore } from '../../domain/chains/transfer-gas.ts'
import type { Signer } from './signer.ts'

/** One chain as the money code holds it: what it is, its nodes, its signer. */
export interface MoneyChain {
  readonly chain: Chain
  readonly state: ChainState
  readonly broadcaster: Broadcaster
  readonly signer: Signer
  /** What plain transfers take on it, as measured. @default 21,000 */
  readonly transferGas?: Pick<TransferGasStore, 'read' | 'recordFirst'>
  /** How many endpoints `state` asks. @default 1 */
  readonly voices?: number
}
