import type { Address, Hash } from '../domain/address.ts'
import { withMargin } from '../domain/gas-plan.ts'
import { plainTransferGas } from '../domain/keeper-level.ts'
import type { MoneyChain } from './money-chain.ts'

/**
 * Gas limit of a transfer of native coin. 21,000 only where the receiver has no code (a Safe and a delegated wallet need
 * more, MONEY 9) and gas holds no L1 fee (Arbitrum's does); elsewhere what the node estimates, with room.
 */
export async function transferGasLimit(
  { chain, state }: Pick<MoneyChain, 'chain' | 'state'>,
  transfer: { readonly from: Address; readonly to: Address; readonly valueWei: bigint },
  atBlock?: Hash,
): Promise<{ kind: 'gas'; gas: bigint } | { kind: 'reverted'; reason: string }> {
  const plain = chain.rollup !== 'arbitrum' && (await state.code(transfer.to, atBlock)) === '0x'
  if (plain) return { kind: 'gas', gas: plainTransferGas }
  const estimate = await state.estimateGas({ ...transfer, data: '0x' })
  return estimate.kind === 'gas' ? { kind: 'gas', gas: withMargin(estimate.gas) } : estimate
}
