/**
 * How a chain charges for what it posts to its L1. `op-stack` and `scroll` take an L1 fee beside
 * the gas (OP stack also an operator fee), which a contract of theirs tells; on `arbitrum` it is
 * inside the gas estimate, so that no fixed limit holds.
 */
export type Rollup = 'none' | 'op-stack' | 'scroll' | 'arbitrum'

/**
 * L1 fees move between the quote and the block that takes the transaction: half as much again is
 * kept back (MONEY 9).
 */
export function withL1Margin(feeWei: bigint): bigint {
  return (feeWei * 3n) / 2n
}
