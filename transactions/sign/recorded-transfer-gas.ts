import { measureTransferGas } from '../../domain/chains/nodes/measure-transfer-gas.ts'
import { plainTransferGas } from '../../domain/chains/transfer-gas.ts'
import type { MoneyChain } from './money-chain.ts'

/**
 * What a plain transfer takes on the chain: the record, or on a fresh database the first
 * measurement, which is recorded. Several nodes measure as a quorum (the median of their
 * estimates).
 */
export async function recordedTransferGas({
  chain,
  state,
  transferGas,
}: Pick<MoneyChain, 'chain' | 'state' | 'transferGas'>): Promise<bigint> {
  if (!transferGas) return plainTransferGas
  const known = await transferGas.read(chain.id)
  if (known) return known.gas
  const gas = await measureTransferGas(state, chain.gasKeeper.address)
  if (gas === undefined) return plainTransferGas
  const { number: blockNumber } = await state.head()
  const measured = { gas, blockNumber, measuredBy: 'first start' }
  return (await transferGas.recordFirst(chain.id, measured)).gas
}
