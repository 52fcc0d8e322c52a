import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm'
import type { Address, Hash } from '../../../domain/address.ts'
import type { LaneToRecover, RecoveryStore } from '../../../domain/books/recovery-store.ts'
import { externalTransactions, keepers, lanes } from '../../../drizzle/schema.ts'
import { readColdWallets } from '../chains/read-cold-wallets.ts'
import type { Queries } from '../queries.ts'
import { createWalletStore } from '../scan/wallet-store.ts'
import { openUnreadOf } from '../sweeps/lane-closing.ts'
import { recoverLane } from './recover-lane.ts'

/** Creates the store of `coldsweep recover`: reads the lanes to recover, and recovers a lane. */
export function createRecoveryStore(db: Queries): RecoveryStore {
  return {
    async keepers(chainId) {
      const rows = await db
        .select({ address: keepers.address })
        .from(keepers)
        .where(eq(keepers.chainId, chainId))
      return new Set(rows.map(({ address }) => address as Address))
    },
    async retiredKeepers(chainId) {
      const rows = await db
        .select({ address: keepers.address })
        .from(keepers)
        .where(and(eq(keepers.chainId, chainId), isNotNull(keepers.retiredAt)))
      return new Set(rows.map(({ address }) => address as Address))
    },
    coldWallets: (chainId) => readColdWallets(db, chainId),
    wallets: (addresses) => createWalletStore(db).matching(addresses),
    lanes: (chainId, only) => lanesToRecover(db, chainId, only),
    recover: (recovery) => db.transaction((tx) => recoverLane(tx, recovery)),
  }
}

/** Returns the lanes that are closed or have an external transaction that is not adopted. */
async function lanesToRecover(
  db: Queries,
  chainId: number,
  only: Address | undefined,
): Promise<readonly LaneToRecover[]> {
  const ofExternal = only ? eq(externalTransactions.sender, only) : undefined
  const external = await db
    .select({ sender: externalTransactions.sender })
    .from(externalTransactions)
    .where(
      and(
        eq(externalTransactions.chainId, chainId),
        isNull(externalTransactions.adoptedAt),
        ofExternal,
      ),
    )
  const closed = await db
    .select({ sender: lanes.sender })
    .from(lanes)
    .where(
      and(
        eq(lanes.chainId, chainId),
        isNotNull(lanes.closedReason),
        only ? eq(lanes.sender, only) : undefined,
      ),
    )
  const senders = [...new Set([...closed, ...external].map(({ sender }) => sender))]
  return await Promise.all(senders.map((sender) => readLane(db, chainId, sender)))
}

async function readLane(db: Queries, chainId: number, sender: string): Promise<LaneToRecover> {
  const [lane] = await db
    .select()
    .from(lanes)
    .where(and(eq(lanes.chainId, chainId), eq(lanes.sender, sender)))
  const rows = await db
    .select()
    .from(externalTransactions)
    .where(and(eq(externalTransactions.chainId, chainId), eq(externalTransactions.sender, sender)))
    .orderBy(asc(externalTransactions.nonce))
  return {
    sender: sender as Address,
    nextNonce: lane?.nextNonce ?? null,
    closedReason: lane?.closedReason ?? null,
    unexplained: rows
      .filter(({ adoptedAt }) => adoptedAt === null)
      .map(({ nonce, hash }) => ({ nonce, hash: hash as Hash | null })),
    unread: (await openUnreadOf(db, chainId, sender)) as Hash | undefined,
    adopted: rows.filter(({ adoptedAt }) => adoptedAt !== null).map(({ nonce }) => nonce),
  }
}
