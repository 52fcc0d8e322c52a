import { and, count, eq, inArray, isNull, ne, sql } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import type { Chain } from '../../../domain/chains/chain.ts'
import type { KeeperOpening } from '../../../domain/scan/own-transactions.ts'
import { keepers, transactions } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'

// This file has every statement that writes the table `keepers`.

export interface RegistryChange {
  readonly chainId: number
  readonly kind: 'chain-added' | 'keeper-added' | 'keeper-returned' | 'keeper-retired'
  readonly address: Address
}

/**
 * A keeper that the configuration retires, with the number of its transactions that have not ended.
 */
export interface BusyKeeper {
  readonly chainId: number
  readonly address: Address
  readonly live: number
}

/** Returns the keepers that the configuration retires while they have live transactions. */
export async function busyKeepers(
  tx: Queries,
  configured: readonly Pick<Chain, 'id' | 'gasKeeper'>[],
): Promise<readonly BusyKeeper[]> {
  // The lock waits for signatures in progress, so that the count includes them. No new signature
  // begins before this commit ends.
  await tx
    .select({ address: keepers.address })
    .from(keepers)
    .where(
      inArray(
        keepers.chainId,
        configured.map(({ id }) => id),
      ),
    )
    .orderBy(keepers.chainId, keepers.address)
    .for('update')
  const found = configured.map(({ id, gasKeeper }) =>
    tx
      .select({ address: keepers.address, live: count() })
      .from(keepers)
      .innerJoin(
        transactions,
        and(
          eq(transactions.chainId, keepers.chainId),
          eq(transactions.sender, keepers.address),
          eq(transactions.state, 'live'),
        ),
      )
      .where(
        and(
          eq(keepers.chainId, id),
          ne(keepers.address, gasKeeper.address),
          isNull(keepers.retiredAt),
        ),
      )
      .groupBy(keepers.address)
      .then((rows) =>
        rows.map(({ address, live }) => ({ chainId: id, address: address as Address, live })),
      ),
  )
  return (await Promise.all(found)).flat()
}

/**
 * Makes a keeper the chain's current keeper and retires the previous keeper. A repeat changes
 * nothing.
 */
export async function registerKeeper(
  tx: Queries,
  chainId: number,
  address: Address,
): Promise<readonly RegistryChange[]> {
  const retired = await tx
    .update(keepers)
    .set({ retiredAt: sql`now()` })
    .where(
      and(eq(keepers.chainId, chainId), ne(keepers.address, address), isNull(keepers.retiredAt)),
    )
    .returning({ address: keepers.address })
  const [before] = await tx
    .select()
    .from(keepers)
    .where(and(eq(keepers.chainId, chainId), eq(keepers.address, address)))
    .for('update')
  const gone = retired.map(
    (row): RegistryChange => ({
      chainId,
      kind: 'keeper-retired',
      address: row.address as Address,
    }),
  )
  if (!before) {
    await tx.insert(keepers).values({ chainId, address })
    return [...gone, { chainId, kind: 'keeper-added', address }]
  }
  if (before.retiredAt === null) return gone
  await tx
    .update(keepers)
    // After the lock: the time is compared with the times of orders to drain the keeper.
    .set({ retiredAt: null, since: sql`clock_timestamp()` })
    .where(and(eq(keepers.chainId, chainId), eq(keepers.address, address)))
  return [...gone, { chainId, kind: 'keeper-returned', address }]
}

/**
 * Stores the opening balances of the keepers' books (MONEY 23). A stored opening balance is never
 * replaced.
 */
export function openKeepers(
  db: Queries,
  chainId: number,
  openings: readonly KeeperOpening[],
): Promise<void> {
  return db.transaction(async (tx) => {
    for (const { keeper, balanceWei, blockNumber } of openings) {
      const ofKeeper = and(eq(keepers.chainId, chainId), eq(keepers.address, keeper))
      await tx
        .update(keepers)
        .set({ openingWei: balanceWei, openingBlock: blockNumber })
        .where(and(ofKeeper, isNull(keepers.openingBlock)))
    }
  })
}
