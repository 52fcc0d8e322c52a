import { eq, sql } from 'drizzle-orm'
import type { TransferGasRecord, TransferGasStore } from '../../../domain/chains/transfer-gas.ts'
import { transferGas } from '../../../drizzle/schema.ts'
import type { Queries } from '../queries.ts'

/**
 * Creates the store of the gas that a plain native transfer needs, one record per chain.
 * `recordFirst` keeps an existing record; `replaceRecord` overwrites it.
 */
export function createTransferGasStore(db: Queries): TransferGasStore {
  const read = async (chainId: number): Promise<TransferGasRecord | undefined> => {
    const [row] = await db.select().from(transferGas).where(eq(transferGas.chainId, chainId))
    return row
  }
  return {
    read,
    async recordFirst(chainId, measured) {
      await db
        .insert(transferGas)
        .values({ chainId, ...measured })
        .onConflictDoNothing()
      const row = await read(chainId)
      if (!row) throw new Error(`no transfer gas of chain ${chainId}: rows were changed by hand`)
      return row
    },
    async replaceRecord(chainId, measured) {
      await db
        .insert(transferGas)
        .values({ chainId, ...measured })
        .onConflictDoUpdate({
          target: transferGas.chainId,
          set: { ...measured, measuredAt: sql`now()` },
        })
    },
  }
}
