import { findKnownChain } from '../../config/file/known-chains.ts'
import type { ChainConfig } from '../../config/schema/config.ts'
import { inGwei, largerOf } from '../../domain/amount.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { type CheckResult, warning } from './check-result.ts'

/**
 * MONEY 8: warns if the chain's nodes ask for a higher tip than the operator allows. The tip that
 * they ask for is the node's suggestion, or the chain's known minimum if that is higher.
 */
export async function checkTip(
  { id, feeMode, gas }: ChainConfig,
  state: Pick<ChainState, 'feeQuote'>,
  path: string,
): Promise<CheckResult[]> {
  if (feeMode === 'legacy') return []
  const { priorityFeeWei, baseFeeWei } = await state.feeQuote()
  // A chain without a base fee has no tip; the check of feeMode reports it.
  if (baseFeeWei === undefined) return []
  const floorWei = findKnownChain(id)?.leastTipWei ?? 0n
  const askedWei = largerOf(priorityFeeWei, floorWei)
  if (askedWei <= gas.maxPriorityFeeWei) return []
  const asks =
    floorWei > gas.maxPriorityFeeWei
      ? `nodes of this chain reject a tip below ${inGwei(floorWei)}`
      : `the node asks for a tip of ${inGwei(askedWei)}`
  return [
    warning(
      'tip-cap',
      `${path}.gas.maxPriorityFeeGwei`,
      `allows ${inGwei(gas.maxPriorityFeeWei)}, but ${asks}`,
      'raise it, or expect waiting(gas-price) while nodes ask more',
    ),
  ]
}
