import { and, asc, eq, gt, sql } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import { CursorMoved } from '../../../domain/errors.ts'
import type { WalletStore } from '../../../domain/scan/wallet-store.ts'
import { scanCursors, wallets } from '../../../drizzle/schema.ts'
import { withDatabaseErrors } from '../errors.ts'
import type { Queries } from '../queries.ts'

const batchSize = 50_000

/**
 * Passes any number of addresses as one parameter, in the text form of an array. Hex needs no
 * quoting in this form.
 */
const addressArray = (addresses: readonly Address[]) => sql`${`{${addresses.join(',')}}`}::text[]`

/** Creates the store of the user wallets that the scanners watch. */
export function createWalletStore(db: Queries): WalletStore {
  return withDatabaseErrors<WalletStore>({
    add: (addresses) =>
      db.transaction(async (tx) => {
        // Without the lock, two simultaneous writers could commit out of sequence. A reader that
        // has passed the higher number would never see the lower number.
        await tx.execute(sql`lock table ${wallets} in share row exclusive mode`)
        const added = await tx.execute(sql`
          insert into ${wallets} (address) select unnest(${addressArray(addresses)})
          on conflict do nothing returning 1`)
        return added.length
      }),
    async *since(afterSeq) {
      for (let seq = afterSeq; ; ) {
        const rows = await db
          .select({ address: wallets.address, seq: wallets.seq })
          .from(wallets)
          .where(gt(wallets.seq, seq))
          .orderBy(asc(wallets.seq))
          .limit(batchSize)
        const last = rows.at(-1)
        if (!last) return
        seq = last.seq
        yield { addresses: rows.map(({ address }) => address as Address), seq }
      }
    },
    async at(seq) {
      const [row] = await db
        .select({ address: wallets.address })
        .from(wallets)
        .where(eq(wallets.seq, seq))
      return row?.address as Address | undefined
    },
    async matching(addresses) {
      const rows = await db
        .select({ address: wallets.address })
        .from(wallets)
        .where(sql`${wallets.address} = any(${addressArray(addresses)})`)
      return new Set(rows.map(({ address }) => address as Address))
    },
    async setWatched(chainId, walletSeq, walletsHeight, cursor) {
      const set = await db
        .update(scanCursors)
        .set({ walletSeq, walletsHeight })
        .where(and(eq(scanCursors.chainId, chainId), eq(scanCursors.hash, cursor)))
        .returning({ chainId: scanCursors.chainId })
      if (set.length === 0) throw new CursorMoved(`the cursor is no longer at ${cursor}`)
    },
  })
}
