import { and, asc, eq, inArray, isNotNull, lte, ne, sql } from 'drizzle-orm'
import { largerOf } from '../../../domain/amount.ts'
import type { AdoptedBalance, MovedBy, ReadBalance } from '../../../domain/books/opening-book.ts'
import { splitOpening } from '../../../domain/books/split-opening.ts'
import { groupBy } from '../../../domain/lists.ts'
import { deposits, sweeps } from '../../../drizzle/schema.ts'
import { walletRows } from '../deposits/backing-levels.ts'
import { chainOrder, type SweepRow, toDeposit, toSweep } from '../deposits/rows.ts'
import type { Queries } from '../queries.ts'
import { markLate, roomOf, withoutEarlier } from '../sweeps/cover-late.ts'
import { lockLanes } from '../sweeps/locks.ts'
import { gasFromDeposits } from '../sweeps/own-gas.ts'
import { isOfAsset, type WalletAsset } from '../wallet-asset.ts'

/** The amount that no row explains, and the balance that the wallet held at the block. */
export interface Unexplained extends ReadBalance {
  readonly held: bigint
}

/**
 * Splits unexplained balances by the earlier sweeps that moved them (MONEY 25). Deposits that an
 * earlier sweep moved are covered first, because they need its room. A dry run leaves that out.
 * @param height block at which the balances were read
 */
export async function splitByMoves(
  tx: Queries,
  chainId: number,
  balances: readonly Unexplained[],
  { height, dryRun }: { readonly height: bigint; readonly dryRun: boolean },
): Promise<readonly Omit<AdoptedBalance, 'depositId'>[]> {
  const moves = await movesOf(tx, chainId, balances, dryRun)
  const parts: Omit<AdoptedBalance, 'depositId'>[] = []
  for (const balance of balances) {
    const { wallet, asset, amount, held } = balance
    const swept = moves.get(keyOf(balance)) ?? []
    if (swept.length === 0) {
      parts.push({ wallet, asset, amount })
      continue
    }
    const at = { chainId, wallet, asset }
    const uncovered = await uncoveredOf(tx, at, height)
    const waiting = dryRun ? uncovered : await withoutEarlier(tx, at, uncovered)
    const brought = waiting.reduce((sum, deposit) => sum + deposit.amount, 0n)
    const rooms: { sweep: MovedBy; room: bigint }[] = []
    for (const row of swept) {
      const { outcome } = toSweep(row)
      if (!outcome) continue
      const { blockNumber, txIndex } = outcome
      const sweep = { sweepId: row.id, blockNumber, txIndex }
      rooms.push({ sweep, room: await roomOf(tx, row, outcome) })
    }
    const inWallet = held - brought - (await reserveLeft(tx, at, swept.at(-1), height))
    for (const part of splitOpening({ amount, inWallet, rooms }))
      parts.push({ wallet, asset, amount: part.amount, movedBy: part.sweep })
  }
  return parts
}

/**
 * Returns the part of the last sweep's gas reserve that is in the wallet at the height, and in that
 * sweep's room. The wallet's token sweeps since then may have spent some of it.
 */
async function reserveLeft(
  tx: Queries,
  at: WalletAsset,
  last: SweepRow | undefined,
  height: bigint,
): Promise<bigint> {
  const outcome = last && toSweep(last).outcome
  if (!outcome) return 0n
  const end = { blockNumber: height + 1n, txIndex: 0 }
  const spent = await gasFromDeposits(tx, { ...at, id: null }, end)
  return largerOf(outcome.coverableAmount - outcome.leftAmount - spent, 0n)
}

/** Covers the parts that earlier sweeps moved, in the commit that adopts them. */
export async function coverMoved(tx: Queries, adopted: readonly AdoptedBalance[]): Promise<void> {
  for (const { depositId, movedBy } of adopted) {
    if (!movedBy) continue
    const [row] = await tx.select().from(deposits).where(eq(deposits.id, depositId))
    const [sweep] = await tx.select().from(sweeps).where(eq(sweeps.id, movedBy.sweepId))
    const outcome = sweep && toSweep(sweep).outcome
    if (row && outcome) await markLate(tx, [row], sweep, outcome)
  }
}

const keyOf = ({ wallet, asset }: { readonly wallet: string; readonly asset: string }) =>
  `${wallet} ${asset}`

/**
 * Returns the recorded sweeps of each balance in chain order. Locks them and the lanes of their
 * wallets, so that no late deposit uses the same room. A dry run locks nothing.
 */
async function movesOf(
  tx: Queries,
  chainId: number,
  balances: readonly ReadBalance[],
  dryRun: boolean,
): Promise<ReadonlyMap<string, readonly SweepRow[]>> {
  const recorded = and(
    eq(sweeps.chainId, chainId),
    eq(sweeps.outcome, 'swept'),
    isNotNull(sweeps.blockNumber),
    sql`(${sweeps.wallet}, ${sweeps.asset}) in (select p.wallet, p.asset from ${walletRows(balances)})`,
  )
  const owners = await tx.selectDistinct({ wallet: sweeps.wallet }).from(sweeps).where(recorded)
  if (owners.length === 0) return new Map()
  const senders = owners.map(({ wallet }) => wallet)
  const inOrder = tx
    .select()
    .from(sweeps)
    .where(and(recorded, inArray(sweeps.wallet, senders)))
    .orderBy(asc(sweeps.wallet), asc(sweeps.asset), asc(sweeps.blockNumber), asc(sweeps.txIndex))
  if (dryRun) return groupBy(await inOrder, keyOf)
  await lockLanes(tx, chainId, senders)
  return groupBy(await inOrder.for('update'), keyOf)
}

/** Confirmed deposits up to the block of the balance that no sweep covers. */
async function uncoveredOf(tx: Queries, at: WalletAsset, height: bigint) {
  const rows = await tx
    .select()
    .from(deposits)
    .where(
      and(
        isOfAsset(deposits, at),
        eq(deposits.covered, false),
        ne(deposits.state, 'orphaned'),
        isNotNull(deposits.confirmedAt),
        lte(deposits.blockNumber, height),
      ),
    )
    .orderBy(...chainOrder)
  return rows.map(toDeposit)
}
