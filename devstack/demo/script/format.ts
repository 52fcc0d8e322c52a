import { type Address, formatUnits, getAddress } from 'viem'

/** Formats with at most eight decimals. `…` replaces further decimals. */
export function formatAmount(amount: bigint, decimals: number): string {
  const text = formatUnits(amount, decimals)
  const [whole = '0', fraction = ''] = text.split('.')
  if (fraction.length <= 8) return text
  return `${whole}.${fraction.slice(0, 8)}…`
}

/** `0x12Ab…89eF` of either case, EIP-55. */
export function shortAddress(address: string): string {
  const whole = getAddress(address as Address)
  return `${whole.slice(0, 6)}…${whole.slice(-4)}`
}

export function shortHash(hash: string): string {
  return `${hash.slice(0, 10)}…`
}

/** Pads each column to its widest cell, except the last. */
export function formatColumns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = []
  for (const row of rows)
    for (const [index, cell] of row.entries())
      widths[index] = Math.max(widths[index] ?? 0, cell.length)
  return rows.map((row) =>
    row
      .map((cell, index) => (index === row.length - 1 ? cell : cell.padEnd(widths[index] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}
