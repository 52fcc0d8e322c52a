import type { ChainConfig } from '../../config/schema/config.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { type CheckResult, failed, passed, warning } from './check-result.ts'

/**
 * MONEY 8: checks the fee mode and the fee ceiling against the newest block, and that the node
 * serves the finality tag.
 */
export async function checkFeesAndFinality(
  chain: ChainConfig,
  state: ChainState,
  path: string,
): Promise<CheckResult[]> {
  const quote = await state.feeQuote()
  const hasBaseFee = quote.baseFeeWei !== undefined
  const results: CheckResult[] = []
  if (chain.feeMode === 'eip1559' && !hasBaseFee) {
    const fix = 'set feeMode: legacy'
    results.push(
      failed('fee-mode', `${path}.feeMode`, 'is eip1559, but blocks have no base fee', fix),
    )
  }
  if (chain.feeMode === 'legacy' && hasBaseFee && (quote.baseFeeWei ?? 0n) > 0n) {
    const fix = 'use eip1559, which is cheaper on chains with a base fee'
    results.push(
      warning('fee-mode', `${path}.feeMode`, 'is legacy, but blocks have a base fee', fix),
    )
  }
  const { baseFeeWei = quote.gasPriceWei } = quote
  if (baseFeeWei > chain.gas.maxFeeWei) {
    const fix = 'raise the ceiling, or expect waiting(gas-price) until gas is cheaper'
    results.push(
      warning('fee-ceiling', `${path}.gas.maxFeeGwei`, 'is below the current gas price', fix),
    )
  }
  return [...results, ...(await checkTag(chain, state, path))]
}

async function checkTag(
  { finality }: ChainConfig,
  state: ChainState,
  path: string,
): Promise<CheckResult[]> {
  if (finality.tag === undefined) return []
  const where = `${path}.finality`
  try {
    const height = await state.taggedHeight(finality.tag)
    if (height !== undefined) return [passed(where, `${finality.tag} is at block ${height}`)]
    if (finality.depthWithoutTag !== undefined) return []
  } catch (error) {
    // A node without the tag rejects the request. `checkNodes` reports an unreachable node.
    if ((error as Error).name !== 'ChainRefused') throw error
  }
  const fix = 'use another node, or set a depth instead of the tag'
  return [
    warning(
      'finality',
      where,
      `the node has no ${finality.tag} block; no deposit would ever be confirmed`,
      fix,
    ),
  ]
}
