import { eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import type { Chain } from '../../../domain/chains/chain.ts'
import { chains, keepers } from '../../../drizzle/schema.ts'
import {
  type BusyKeeper,
  busyKeepers,
  type RegistryChange,
  registerKeeper,
} from '../keeper/register-keeper.ts'
import type { Queries } from '../queries.ts'

/** Key of an advisory lock; differs from the key of migrations. */
const registryLock = 0x636f6c65

/** Fields of a configured chain that the registry stores. */
type RegisteredChain = Pick<Chain, 'id' | 'name' | 'coldWallet' | 'gasKeeper'>

/**
 * The configured cold wallet differs from the recorded one (MONEY 18). Either the file was changed,
 * or an operator changed the database by `cold-wallet apply`.
 */
export interface ColdWalletDifference {
  readonly chainId: number
  readonly recorded: Address
  readonly configured: Address
}

/**
 * Registers chains and keepers. A chain's cold wallet is written once, with the chain. A keeper
 * that is new to a chain retires the keeper before it. Native coin from the retired keeper is still
 * no deposit (MONEY 13). Idempotent. If a cold wallet differs, or if a keeper to retire has live
 * transactions that only its key could bump or cancel, nothing is written and the reasons are
 * returned.
 * @param retireBusy also retires a keeper with live transactions, because its key is lost or stolen
 */
export async function registerChains(
  db: Queries,
  configured: readonly RegisteredChain[],
  retireBusy = false,
): Promise<
  | { readonly kind: 'registered'; readonly changes: readonly RegistryChange[] }
  | { readonly kind: 'refused'; readonly differences: readonly ColdWalletDifference[] }
  | { readonly kind: 'busy'; readonly keepers: readonly BusyKeeper[] }
> {
  return db.transaction(async (tx) => {
    // Without the lock, two simultaneous first registrations would both find no row, and neither
    // would report a difference.
    await tx.execute(sql`select pg_advisory_xact_lock(${registryLock}::bigint)`)
    const differences = await coldWalletDifferences(tx, configured)
    if (differences.length > 0) return { kind: 'refused', differences }
    const busy = retireBusy ? [] : await busyKeepers(tx, configured)
    if (busy.length > 0) return { kind: 'busy', keepers: busy }
    const changes: RegistryChange[] = []
    for (const chain of configured) {
      if (await addChain(tx, chain)) {
        changes.push({ chainId: chain.id, kind: 'chain-added', address: chain.coldWallet })
      }
      changes.push(...(await registerKeeper(tx, chain.id, chain.gasKeeper.address)))
    }
    return { kind: 'registered', changes }
  })
}

/**
 * Returns the registered chains whose cold wallets in configuration and database differ. Every
 * process checks this at its start.
 */
export async function coldWalletDifferences(
  db: Queries,
  configured: readonly RegisteredChain[],
): Promise<readonly ColdWalletDifference[]> {
  const rows = await readChains(db, configured)
  return rows.flatMap((row) => {
    const chain = configured.find(({ id }) => id === row.id)
    if (!chain || chain.coldWallet === row.coldWallet) return []
    return [{ chainId: row.id, recorded: row.coldWallet as Address, configured: chain.coldWallet }]
  })
}

/** Returns the ids of configured chains that `coldsweep migrate` has not registered yet. */
export async function unregisteredChains(
  db: Queries,
  configured: readonly RegisteredChain[],
): Promise<readonly number[]> {
  const known = new Set((await readChains(db, configured)).map(({ id }) => id))
  return configured.map(({ id }) => id).filter((id) => !known.has(id))
}

/**
 * Returns the configured keepers that are new to a registered chain, or retired there. Until
 * `coldsweep migrate` has registered such a keeper, a running scanner counts its payments as
 * deposits (MONEY 13).
 */
export async function unregisteredKeepers(
  db: Queries,
  configured: readonly RegisteredChain[],
): Promise<readonly { readonly chainId: number; readonly address: Address }[]> {
  const known = new Set((await readChains(db, configured)).map(({ id }) => id))
  const rows = await db
    .select({ chainId: keepers.chainId, address: keepers.address })
    .from(keepers)
    .where(isNull(keepers.retiredAt))
  const current = new Set(rows.map(({ chainId, address }) => `${chainId} ${address}`))
  return configured
    .filter(({ id, gasKeeper }) => known.has(id) && !current.has(`${id} ${gasKeeper.address}`))
    .map(({ id, gasKeeper }) => ({ chainId: id, address: gasKeeper.address }))
}

function readChains(db: Queries, configured: readonly RegisteredChain[]) {
  const ids = configured.map(({ id }) => id)
  return db.select().from(chains).where(inArray(chains.id, ids))
}

async function addChain(tx: Queries, { id, name, coldWallet }: RegisteredChain): Promise<boolean> {
  const added = await tx
    .insert(chains)
    .values({ id, name, coldWallet })
    .onConflictDoNothing()
    .returning({ id: chains.id })
  if (added.length === 0) await tx.update(chains).set({ name }).where(eq(chains.id, id))
  return added.length > 0
}
