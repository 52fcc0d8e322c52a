import { formatUnits } from '../../domain/amount.ts'
import type { ReportJson } from '../../domain/books/report-json.ts'
import { type Chain, findAsset } from '../../domain/chains/chain.ts'

/**
 * `missing 9` or `surplus 9`, without a sign; `0` where the equation holds. The reports' `missing`
 * is negative for a surplus.
 */
export function differenceCell(missing: string, units: (digits: string) => string): string {
  const size = units(missing.replace('-', ''))
  if (BigInt(missing) === 0n) return size
  return `${missing.startsWith('-') ? 'surplus' : 'missing'} ${size}`
}

/** The description of a difference, preceded by its amount if the difference has one. */
export function describeDifferenceOf(
  { asset, missing, words }: Pick<ReportJson['differences'][number], 'asset' | 'missing' | 'words'>,
  chain: Pick<Chain, 'native' | 'tokens'> | undefined,
): string {
  const listed = chain && asset ? findAsset(chain as Chain, asset) : undefined
  if (missing === null || BigInt(missing) === 0n) return words
  const amount = missing.replace('-', '')
  const size = listed
    ? `${formatUnits(BigInt(amount), listed.decimals)} ${listed.symbol}`
    : `${amount} units of ${asset}`
  return missing.startsWith('-')
    ? `surplus of ${size}, which no row explains: ${words}`
    : `${size} is missing: ${words}`
}
