import { parseUnits } from '../../domain/amount.ts'
import { partsOfWhole, type Tolerance } from '../../domain/chains/asset.ts'
import { describeType, leaf, Unreadable } from './leaf.ts'

const plain = /^\d+(\.\d+)?$/

/**
 * Schema of an amount in human units, as quoted text. A yaml number is not accepted, because it
 * loses digits (0.1 + 0.2) and trailing zeros.
 */
export const amountLeaf = leaf<string>((raw) => {
  if (typeof raw === 'number') {
    const shown = String(raw)
    return new Unreadable(
      `got the number ${shown}; amounts are text because a yaml number loses digits`,
      plain.test(shown) ? `put it in quotes: "${shown}"` : 'write all digits in quotes: "0.5"',
    )
  }
  if (typeof raw !== 'string' || raw === '') {
    return new Unreadable(describeType(raw), 'write an amount in human units in quotes: "0.5"')
  }
  if (plain.test(raw)) return raw
  return new Unreadable(
    `expected an amount, got "${raw.slice(0, 80)}"`,
    'use digits with at most one point, without sign, unit or exponent: "0.5"',
  )
})

/** Above every price that a chain in `known-chains.ts` has had; a ceiling above it is a typo. */
const mostGwei = 10_000n

/** Schema of a fee in gwei, as a number or as quoted text. The parsed value is in wei per gas. */
export const gweiLeaf = leaf<bigint>((raw) => {
  const text = typeof raw === 'number' ? String(raw) : raw
  if (typeof text !== 'string' || !plain.test(text)) {
    return new Unreadable(
      typeof raw === 'string'
        ? `expected a fee in gwei, got "${raw.slice(0, 80)}"`
        : describeType(raw),
      'write gwei per gas, such as 20 or "0.05"',
    )
  }
  try {
    const wei = parseUnits(text, 9)
    if (wei <= mostGwei * 10n ** 9n) return wei
    return new Unreadable(
      `${text} gwei per gas is above the bound of ${mostGwei}`,
      `write gwei per gas, at most ${mostGwei}`,
    )
  } catch {
    return new Unreadable(`${text} gwei is not a whole number of wei`, 'use at most 9 decimals')
  }
})

const toleranceFix = 'write smallest units, such as 2, or a share in quotes, such as "0.1%"'
/** A uint256 has at most 78 digits. */
const units = /^\d{1,78}$/
const share = /^(\d{1,3}(?:\.\d{1,6})?) ?%$/

/**
 * Schema of `tolerance`, the amount by which a token may deliver less than its logs say: a number
 * of smallest units, or a share in percent.
 */
export const toleranceLeaf = leaf<Tolerance>((raw) => {
  if (typeof raw === 'number' && Number.isSafeInteger(raw) && raw >= 0) {
    return { kind: 'units', units: BigInt(raw) }
  }
  if (typeof raw !== 'string') return new Unreadable(describeType(raw), toleranceFix)
  if (units.test(raw)) return { kind: 'units', units: BigInt(raw) }
  const percent = share.exec(raw)?.[1]
  if (percent === undefined) {
    return new Unreadable(
      `expected smallest units or a share, got "${raw.slice(0, 80)}"`,
      toleranceFix,
    )
  }
  const parts = parseUnits(percent, 6)
  if (parts >= partsOfWhole) {
    return new Unreadable(
      `"${raw}" would accept any credit`,
      'write a share below 100%, such as "0.1%"',
    )
  }
  return { kind: 'share', parts }
})
