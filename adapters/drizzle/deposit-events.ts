import { eq, sql } from 'drizzle-orm'
import { getAddress } from 'viem/utils'
import type { EventBody, EventType } from '../../domain/event.ts'
import { deposits, outbox } from '../../drizzle/schema.ts'
import type { Queries } from './queries.ts'

/**
 * Owes the bus an event about a deposit, in the caller's commit. The sequence number comes from the deposit's row, so it
 * rises by one with each event of that deposit whoever writes it.
 */
export async function oweDepositEvent(
  tx: Queries,
  depositId: string,
  type: EventType,
  more: Readonly<Record<string, string | number | null>> = {},
): Promise<void> {
  const [row] = await tx
    .update(deposits)
    .set({ eventSeq: sql`${deposits.eventSeq} + 1` })
    .where(eq(deposits.id, depositId))
    .returning()
  if (!row) return
  const body: EventBody = {
    v: 1,
    type,
    seq: row.eventSeq,
    at: new Date().toISOString(),
    chainId: row.chainId,
    depositId,
    data: {
      asset: row.asset === 'native' ? 'native' : getAddress(row.asset),
      wallet: getAddress(row.wallet),
      amount: row.amount.toString(),
      ...more,
    },
  }
  await tx.insert(outbox).values({ kind: 'event', route: type, body })
}
