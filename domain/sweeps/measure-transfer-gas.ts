import type { Address } from '../address.ts'
import { largerOf } from '../amount.ts'
import type { ChainState } from '../chains/nodes/chain-state.ts'
import { ChainAnswerBad, ChainRefused, QuorumShort } from '../errors.ts'
import { plainTransferGas } from '../keeper/keeper-level.ts'

/** An account that nobody has the key of and no chain gives code to. */
const probe: Address = '0x00000000000000000000000000000000c01d5eeb'

/**
 * The estimate for a transfer of 1 wei (of nothing where the sender is empty) to an account without
 * code, 21,000 at least; undefined where the node, or too few endpoints of a quorum, estimate
 * neither.
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
      // geth refuses to estimate for an empty sender; others answer 0. Endpoints of a quorum that
      // do so abstain.
      const kinds = [ChainAnswerBad, ChainRefused, QuorumShort]
      if (!kinds.some((kind) => error instanceof kind)) throw error
    }
  }
  return undefined
}
