import type { ChainConfig } from '../../config/schema/config.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { type Finding, fault, warning, well } from './finding.ts'

/**
 * MONEY 8: the fee mode is held against the head; and whether the node knows the tag that finality
 * is judged by.
 */
export async function checkFeesAndFinality(
  chain: ChainConfig,
  state: ChainState,
  path: string,
): Promise<Finding[]> {
  const quote = await state.feeQuote()
  const hasBaseFee = quote.baseFeeWei !== undefined
  const findings: Finding[] = []
  if (chain.feeMode === 'eip1559' && !hasBaseFee) {
    const fix = 'write feeMode: legacy'
    findings.push(
      fault('fee-mode', `${path}.feeMode`, 'is eip1559, and blocks have no base fee', fix),
    )
  }
  if (chain.feeMode === 'legacy' && hasBaseFee && (quote.baseFeeWei ?? 0n) > 0n) {
    const fix = 'eip1559 is cheaper where blocks have a base fee'
    findings.push(
      warning('fee-mode', `${path}.feeMode`, 'is legacy, and blocks have a base fee', fix),
    )
  }
  const { baseFeeWei = quote.gasPriceWei } = quote
  if (baseFeeWei > chain.gas.maxFeeWei) {
    const fix = 'raise the ceiling, or expect waiting(gas-price) until gas is cheaper'
    findings.push(
      warning('fee-ceiling', `${path}.gas.maxFeeGwei`, 'is below what gas costs now', fix),
    )
  }
  return [...findings, ...(await checkTag(chain, state, path))]
}

async function checkTag(
  { finality }: ChainConfig,
  state: ChainState,
  path: string,
): Promise<Finding[]> {
  if (finality.tag === undefined) return []
  const where = `${path}.finality`
  try {
    const height = await state.taggedHeight(finality.tag)
    if (height !== undefined) return [well(where, `${finality.tag} stands at block ${height}`)]
    if (finality.depthWithoutTag !== undefined) return []
  } catch (error) {
    // A node that does not know the tag refuses; one that is away was named already.
    if ((error as Error).name !== 'ChainRefused') throw error
  }
  const fix = 'ask another node, or write a depth instead of the tag'
  return [
    warning(
      'finality',
      where,
      `the node has no ${finality.tag} block: nothing would ever confirm`,
      fix,
    ),
  ]
}
