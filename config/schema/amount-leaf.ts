import { parseUnits } from '../../domain/amount.ts'
import { describeType, leaf, Unreadable } from './leaf.ts'

const plain = /^\d+(\.\d+)?$/

/**
 * Text of an amount in human units. In quotes, because a yaml number loses digits (0.1 + 0.2) and
 * zeros.
 */
export const amountLeaf = leaf<string>((raw) => {
  if (typeof raw === 'number') {
    const shown = String(raw)
    return new Unreadable(
      `is the number ${shown}; amounts are text, because a number loses digits`,
      plain.test(shown) ? `put it in quotes: "${shown}"` : 'write all digits in quotes: "0.5"',
    )
  }
  if (typeof raw !== 'string' || raw === '') {
    return new Unreadable(describeType(raw), 'write an amount in human units in quotes: "0.5"')
  }
  if (plain.test(raw)) return raw
  return new Unreadable(
    `"${raw.slice(0, 80)}" is not an amount`,
    'write digits with at most one point, no sign, no unit, no exponent: "0.5"',
  )
})

/** Gwei as a number or as text in quotes; comes out in wei per gas. */
export const gweiLeaf = leaf<bigint>((raw) => {
  const text = typeof raw === 'number' ? String(raw) : raw
  if (typeof text !== 'string' || !plain.test(text)) {
    return new Unreadable(
      typeof raw === 'string' ? `"${raw.slice(0, 80)}" is not a fee` : describeType(raw),
      'write gwei per gas, such as 20 or "0.05"',
    )
  }
  try {
    return parseUnits(text, 9)
  } catch {
    return new Unreadable(`${text} gwei is less than whole wei`, 'write at most 9 decimals')
  }
})
