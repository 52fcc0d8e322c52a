import type { Address } from '../../address.ts'
import { largerOf } from '../../amount.ts'
import { ChainAnswerBad, ChainRefused, QuorumShort } from '../../errors.ts'
import { plainTransferGas } from '../transfer-gas.ts'
import type { ChainState } from './chain-state.ts'

/** An address without code on any chain, whose key nobody is known to have. */
const probe: Address = '0x00000000000000000000000000000000c01d5eeb'

/**
 * Estimates the gas of a transfer of 1 wei to an account without code. If no estimate succeeds, as
 * for an empty sender, estimates a transfer of 0 wei. The result is at least 21,000. undefined
 * where the node, or a quorum of endpoints, estimates neither transfer.
 */
export async function measureTransferGas(
  state: Pick<ChainState, 'estimateGas'>,
  from: Address,
): Promise<bigint | undefined> {
  for (const valueWei of [1n, 0n]) {
    try {
      const estimate = await state.estimateGas({ from, to: probe, data: '0x', valueWei })
      if (estimate.kind === 'gas') return largerOf(estimate.gas, plainTransferGas)
    } catch (error) {
      // geth rejects an estimate for an empty sender, and other nodes answer 0. In a quorum,
      // endpoints with such an answer abstain.
      const kinds = [ChainAnswerBad, ChainRefused, QuorumShort]
      if (!kinds.some((kind) => error instanceof kind)) throw error
    }
  }
  return undefined
}
