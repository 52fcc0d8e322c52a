import type { Address, Hash } from '../../address.ts'
import type { Chain } from '../chain.ts'
import {
  judgeTransferGas,
  plainTransferGas,
  type TransferGasStore,
  withMargin,
} from '../transfer-gas.ts'
import type { ChainState } from './chain-state.ts'
import { measureTransferGas } from './measure-transfer-gas.ts'

/** The chain whose transfers are measured, and its record. */
export interface TransferGasPorts {
  readonly chain: Pick<Chain, 'id' | 'rollup'> & {
    readonly gasKeeper: Pick<Chain['gasKeeper'], 'address'>
  }
  readonly state: ChainState
  /** @default 21,000 */
  readonly transferGas?: Pick<TransferGasStore, 'read' | 'recordFirst'> | undefined
}

/**
 * Returns the recorded gas of a plain transfer on the chain. If a fresh database has no record,
 * this call measures and records the gas; several nodes measure as a quorum (the median of their
 * estimates).
 */
export async function recordedTransferGas({
  chain,
  state,
  transferGas,
}: TransferGasPorts): Promise<bigint> {
  if (!transferGas) return plainTransferGas
  const known = await transferGas.read(chain.id)
  if (known) return known.gas
  const gas = await measureTransferGas(state, chain.gasKeeper.address)
  if (gas === undefined) return plainTransferGas
  const { number: blockNumber } = await state.head()
  const measured = { gas, blockNumber, measuredBy: 'first start' }
  return (await transferGas.recordFirst(chain.id, measured)).gas
}

/** Answer of `transferGasLimit`. */
export type TransferGas =
  | { readonly kind: 'gas'; readonly gas: bigint }
  | { readonly kind: 'reverted'; readonly reason: string }
  /** The node's estimate exceeds the chain's record, which no single node may raise (MONEY 8). */
  | { readonly kind: 'above-record'; readonly detail: string }

/**
 * Returns the gas limit of a native transfer. For a receiver without code the limit is 21,000 if
 * the chain's record is 21,000. If the record is higher (zkSync, Filecoin, Arbitrum Nova), the
 * limit is the node's estimate, but at most the record and its margin. For a receiver with code (a
 * Safe, a delegated wallet, MONEY 9) and on `rollup: arbitrum` the limit is the estimate with
 * margin.
 */
export async function transferGasLimit(
  chain: TransferGasPorts,
  transfer: { readonly from: Address; readonly to: Address; readonly valueWei: bigint },
  atBlock?: Hash,
): Promise<TransferGas> {
  const { state } = chain
  const estimated = async () => await state.estimateGas({ ...transfer, data: '0x' })
  const plain =
    chain.chain.rollup !== 'arbitrum' && (await state.code(transfer.to, atBlock)) === '0x'
  if (!plain) {
    const estimate = await estimated()
    return estimate.kind === 'gas' ? { kind: 'gas', gas: withMargin(estimate.gas) } : estimate
  }
  const recorded = await recordedTransferGas(chain)
  if (recorded <= plainTransferGas) return { kind: 'gas', gas: plainTransferGas }
  const estimate = await estimated()
  return estimate.kind === 'gas' ? judgeTransferGas(recorded, estimate.gas) : estimate
}
