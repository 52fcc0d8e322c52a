/**
 * Parses an amount in human units: "1.5" with 18 decimals → 1500000000000000000n. Throws on signs,
 * exponents and more fraction digits than the asset has.
 */
export function parseUnits(text: string, decimals: number): bigint {
  const match = /^(\d+)(?:\.(\d+))?$/.exec(text)
  if (!match) throw new Error(`not an amount: "${text}" (expected digits such as "1.5")`)
  const [, whole = '0', fraction = ''] = match
  if (fraction.length > decimals) {
    throw new Error(`"${text}" has ${fraction.length} decimals, the asset has ${decimals}`)
  }
  return BigInt(whole + fraction.padEnd(decimals, '0'))
}

/**
 * Formats an amount in human units: 1500000000000000000n with 18 decimals → "1.5". Exact: no
 * rounding, no exponent.
 */
export function formatUnits(amount: bigint, decimals: number): string {
  const sign = amount < 0n ? '-' : ''
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, '')
  return fraction ? `${sign}${whole}.${fraction}` : `${sign}${whole}`
}

/** Returns the smaller of two amounts. Math.min does not accept a bigint. */
export function smallerOf(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

/** Returns the larger of two amounts or heights. Math.max does not accept a bigint. */
export function largerOf(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}

/** Rounds to three significant digits, so that prices in texts do not change with every block. */
export function roughly(amount: bigint): bigint {
  const digits = amount.toString().length
  const unit = 10n ** BigInt(Math.max(0, digits - 3))
  return ((amount + unit / 2n) / unit) * unit
}

/** Formats wei as gwei: 2500000000n → "2.5 gwei". Exact. */
export function inGwei(wei: bigint): string {
  return `${formatUnits(wei, 9)} gwei`
}
