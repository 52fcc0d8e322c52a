import type { Address, Hash } from '../../domain/address.ts'
import { judgeTransferGas, plainTransferGas, withMargin } from '../../domain/chains/transfer-gas.ts'
import type { MoneyChain } from './money-chain.ts'
import { recordedTransferGas } from './recorded-transfer-gas.ts'

export type TransferGas =
  | { readonly kind: 'gas'; readonly gas: bigint }
  | { readonly kind: 'reverted'; readonly reason: string }
  /**
   * The node estimates more than the chain's record allows: no node's word alone raises it (MONEY
   * 8).
   */
  | { readonly kind: 'above-record'; readonly detail: string }

/**
 * Gas limit of a transfer of native coin. To an account without code it is 21,000 where the chain's
 * record says so; where the record is higher (zkSync, Filecoin, Arbitrum Nova) the node's estimate
 * for this transfer counts, up to the record and its margin. Receivers with code (a Safe, a
 * delegated wallet, MONEY 9) and `rollup: arbitrum` follow the estimate, with room.
 */
export async function transferGasLimit(
  chain: Pick<MoneyChain, 'chain' | 'state' | 'transferGas'>,
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
