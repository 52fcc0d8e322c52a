import { and, eq, isNotNull } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import { chains, coldWalletChanges } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'

/**
 * Returns the chain's current cold wallet and all former cold wallets. Money in each of them counts
 * as arrived (MONEY 12, 18).
 */
export async function readColdWallets(db: Queries, chainId: number): Promise<ReadonlySet<Address>> {
  const now = await db
    .select({ address: chains.coldWallet })
    .from(chains)
    .where(eq(chains.id, chainId))
  const before = await db
    .select({ address: coldWalletChanges.from })
    .from(coldWalletChanges)
    .where(and(eq(coldWalletChanges.chainId, chainId), isNotNull(coldWalletChanges.appliedAt)))
  return new Set([...now, ...before].map(({ address }) => address as Address))
}
