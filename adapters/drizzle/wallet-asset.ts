import { and, type Column, eq, type SQL } from 'drizzle-orm'

/**
 * One asset in one wallet of a chain. A sweep moves one such asset, and all its deposits belong to
 * that asset.
 */
export interface WalletAsset {
  readonly chainId: number
  readonly wallet: string
  readonly asset: string
}

/**
 * Condition for the rows of one wallet's asset on one chain.
 * @param table `deposits`, `sweeps`, or an alias of either
 */
export function isOfAsset(
  table: Readonly<Record<keyof WalletAsset, Column>>,
  { chainId, wallet, asset }: WalletAsset,
): SQL {
  const condition = and(
    eq(table.chainId, chainId),
    eq(table.wallet, wallet),
    eq(table.asset, asset),
  )
  if (!condition) throw new Error('no condition was built')
  return condition
}
