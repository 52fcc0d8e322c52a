import type { Address } from '../../address.ts'
import { largerOf } from '../../amount.ts'
import { ChainAnswerBad, ChainRefused, QuorumShort } from '../../errors.ts'
import { plainTransferGas } from '../transfer-gas.ts'
import type { ChainState } from './chain-state.ts'

/** An account for which nobody has a key and no chain has code. */
const probe: Address = '0x00000000000000000000000000000000c01d5eeb'

/**
 * Gas of a transfer of 1 wei (of 0 where the sender is empty) to an account without code, at least
 * 21,000. undefined where the node, or too few endpoints of a quorum, estimate either.
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
      // geth rejects an estimate for an empty sender; others answer 0. In a quorum such endpoints
      // abstain.
      const kinds = [ChainAnswerBad, ChainRefused, QuorumShort]
      if (!kinds.some((kind) => error instanceof kind)) throw error
    }
  }
  return undefined
}
