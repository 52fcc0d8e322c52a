import { type Address, formatUnits, getAddress } from 'viem'

/** Formats an amount with at most eight decimals. `…` replaces further decimals. */
export function formatAmount(amount: bigint, decimals: number): string {
  const text = formatUnits(amount, decimals)
  const [whole = '0', fraction = ''] = text.split('.')
  if (fraction.length <= 8) return text
  return `${whole}.${fraction.slice(0, 8)}…`
}

/** Shortens an address of any case to `0x12Ab…89eF`, in EIP-55. */
export function shortAddress(address: string): string {
  const whole = getAddress(address as Address)
  return `${whole.slice(0, 6)}…${whole.slice(-4)}`
}

export function shortHash(hash: string): string {
  return `${hash.slice(0, 10)}…`
}

/** Formats rows as lines. Pads each column, except the last, to its widest cell. */
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
