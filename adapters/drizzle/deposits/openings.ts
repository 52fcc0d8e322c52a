import { and, eq, gt, ne, sql } from 'drizzle-orm'
import type {
  AdoptedBalance,
  AdoptionOrder,
  Adoptions,
  BlockPlace,
} from '../../../domain/books/opening-book.ts'
import { type Chain, findAsset } from '../../../domain/chains/chain.ts'
import { formatDepositId, openingPosition } from '../../../domain/deposits/deposit-id.ts'
import type { ScanCursor } from '../../../domain/scan/scan-store.ts'
import { deposits, openingBalances } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import { recordActions } from '../operators/note-order.ts'
import { depositEvent, owe, work } from '../outbox/events.ts'
import type { Queries } from '../queries.ts'
import { oweDepositEvent } from './deposit-events.ts'
import { holdLargeOnes } from './holds.ts'
import { chainOrder, type DepositRow } from './rows.ts'

// Opening balances (MONEY 25): every statement that writes the table `opening_balances`.

interface Adoption {
  readonly chain: Pick<Chain, 'id' | 'native' | 'tokens'>
  readonly cursor: ScanCursor
  readonly block: BlockPlace
  readonly order: AdoptionOrder
}

/** Changes of an opening balance that no longer counts. */
export const noLonger = {
  state: 'orphaned',
  since: sql`now()`,
  covered: false,
  confirmedAt: null,
  dustOrderId: null,
}

/** An opening balance has no payer and is in no block. */
const nobody = `0x${'0'.repeat(40)}`
const noBlock = `0x${'0'.repeat(64)}`

/**
 * Writes opening balances and hands them over to their sweeps, in the caller's commit under the
 * cursor's lock. In chain order an opening balance is before every block that the scanner reads, so
 * that the first sweep after its adoption covers it first. The caller covers the parts that earlier
 * sweeps moved, and then records the order (`recordAdoptions`).
 */
export async function insertOpenings(
  tx: Queries,
  { chain, cursor, block, order }: Adoption,
  balances: readonly Omit<AdoptedBalance, 'depositId'>[],
): Promise<Adoptions> {
  const wanted = balances.map((balance): AdoptedBalance => {
    const { wallet, asset, movedBy } = balance
    const position = openingPosition(wallet, asset, movedBy)
    const depositId = formatDepositId({ chainId: chain.id, txHash: block.hash, position })
    return { ...balance, depositId }
  })
  if (order.dryRun) return { adopted: wanted, skipped: [] }
  const { operator, reason } = order
  const rows: DepositRow[] = []
  for (const part of chunks(wanted)) {
    rows.push(...(await insertRows(tx, { chain, cursor, block, order }, part)))
  }
  const written = new Map(rows.map((row) => [row.id, row]))
  const adopted = wanted.filter(({ depositId }) => written.has(depositId))
  await noteAdopted(tx, { chain, block, order }, adopted)
  const gone = new Set(adopted.flatMap((one) => (one.movedBy ? [one.depositId] : [])))
  const waiting = rows.filter(({ id }) => !gone.has(id))
  await owe(tx, [
    ...rows.map((row) => adoptedEvent(row, block, operator, reason)),
    ...waiting.flatMap((row) => {
      const asset = findAsset(chain, row.asset)
      return asset ? [work(row, asset)] : []
    }),
  ])
  await holdLargeOnes(tx, chain, waiting)
  const why = 'it was adopted at this block before: repeat after the next final block'
  const skipped = wanted
    .filter(({ depositId }) => !written.has(depositId))
    .map(({ wallet, asset }) => ({ wallet, asset, why }))
  return { adopted, skipped }
}

async function insertRows(
  tx: Queries,
  { chain, cursor, block, order }: Adoption,
  wanted: readonly AdoptedBalance[],
): Promise<readonly DepositRow[]> {
  return await tx
    .insert(deposits)
    .values(
      wanted.map(({ depositId, wallet, asset, amount, movedBy }) => ({
        id: depositId,
        chainId: chain.id,
        txHash: block.hash,
        position: openingPosition(wallet, asset, movedBy),
        asset,
        wallet,
        sender: nobody,
        amount,
        blockNumber: cursor.startHeight - 1n,
        blockHash: noBlock,
        txIndex: 0,
        logOrder: -1,
        state: 'waiting',
        reason: 'queued',
        detail: `opening balance of block ${block.number}, adopted by ${order.operator}`,
        confirmedAt: sql`now()`,
        eventSeq: 1,
      })),
    )
    // Deposits that were found later had replaced the balance, and were rejected since.
    .onConflictDoUpdate({
      target: deposits.id,
      set: {
        amount: sql`excluded.amount`,
        state: 'waiting',
        reason: 'queued',
        detail: sql`excluded.detail`,
        since: sql`now()`,
        confirmedAt: sql`now()`,
        sweepId: null,
        lastRunAt: null,
        eventSeq: sql`${deposits.eventSeq} + 1`,
      },
      setWhere: eq(deposits.state, 'orphaned'),
    })
    .returning()
}

async function noteAdopted(
  tx: Queries,
  { chain, block, order: { operator, reason } }: Omit<Adoption, 'cursor'>,
  adopted: readonly AdoptedBalance[],
): Promise<void> {
  const place = { blockNumber: block.number, blockHash: block.hash }
  for (const part of chunks(adopted)) {
    await tx
      .insert(openingBalances)
      .values(
        part.map(({ movedBy: _, ...one }) => ({
          ...one,
          chainId: chain.id,
          ...place,
          operator,
          reason,
        })),
      )
      .onConflictDoUpdate({
        target: openingBalances.depositId,
        set: { amount: sql`excluded.amount`, operator, reason, adoptedAt: sql`now()` },
      })
  }
}

/** Records the order for each opening balance that it made, in the caller's commit. */
export async function recordAdoptions(
  tx: Queries,
  { block, order: { operator, reason } }: Pick<Adoption, 'block' | 'order'>,
  adopted: readonly AdoptedBalance[],
): Promise<void> {
  await recordActions(
    tx,
    adopted.map(({ depositId, amount }) => ({
      operator,
      action: 'adopt-balance',
      subject: depositId,
      reason: `${reason} (${amount} in the smallest unit at block ${block.number})`,
    })),
  )
}

const adoptedEvent = (row: DepositRow, block: BlockPlace, operator: string, detail: string) =>
  depositEvent(row, 'balance.adopted', {
    blockNumber: Number(block.number),
    blockHash: block.hash,
    operator,
    detail,
  })

/**
 * Part of a rewind: removes opening balances that were read at removed blocks (MONEY 21). The order
 * can be repeated on the new chain.
 * @returns ids of the opening balances
 */
export async function orphanOpeningsAbove(
  tx: Queries,
  chainId: number,
  height: bigint,
): Promise<readonly string[]> {
  const above = await tx
    .select({ id: openingBalances.depositId, opening: openingBalances })
    .from(openingBalances)
    .innerJoin(deposits, eq(deposits.id, openingBalances.depositId))
    .where(
      and(
        eq(openingBalances.chainId, chainId),
        gt(openingBalances.blockNumber, height),
        ne(deposits.state, 'orphaned'),
      ),
    )
    .orderBy(...chainOrder)
  for (const { id, opening } of above) {
    const { blockNumber, blockHash, operator } = opening
    const detail = 'a reorg removed the block at which the balance was read'
    const told = { blockNumber: Number(blockNumber), blockHash, operator, detail, amount: '0' }
    await oweDepositEvent(tx, id, 'balance.adopted', told, { ...noLonger, reason: '', detail })
  }
  return above.map(({ id }) => id)
}
