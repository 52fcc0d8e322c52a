/**
 * Exports every table. These rows are the source of truth about money (docs/money.md). Addresses
 * and hashes are lower-case hex text; amounts are numeric(78,0) in the smallest unit, because
 * uint256 has 78 digits; heights and nonces are bigint.
 */
export * from './tables/books.ts'
export * from './tables/chains.ts'
export * from './tables/deposits.ts'
export * from './tables/dust.ts'
export * from './tables/keeper.ts'
export * from './tables/lanes.ts'
export * from './tables/openings.ts'
export * from './tables/operators.ts'
export * from './tables/outbox.ts'
export * from './tables/scan.ts'
export * from './tables/sweeps.ts'
