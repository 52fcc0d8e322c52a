import { and, asc, count, desc, eq, ne, sql } from 'drizzle-orm'
import type { Address, Hash } from '../../../domain/address.ts'
import type { KeeperRefill, KeeperView, OtherKeeper } from '../../../domain/keeper/keeper-view.ts'
import {
  chains,
  deposits,
  externalTransactions,
  keeperRefills,
  keepers,
  keeperWatches,
  lanes,
} from '../../../drizzle/schema.ts'
import { isRefilledAfter, lastDrain } from '../lanes/drain-views.ts'
import { liveOfLane } from '../lanes/transaction-rows.ts'
import type { Queries } from '../queries.ts'

export async function readKeeperView(
  db: Queries,
  chainId: number,
  keeper: Address,
): Promise<KeeperView> {
  const lane = and(eq(lanes.chainId, chainId), eq(lanes.sender, keeper))
  const [laneRow] = await db.select().from(lanes).where(lane)
  const [watch] = await db
    .select({
      level: keeperWatches.level,
      balanceWei: keeperWatches.balanceWei,
      since: keeperWatches.since,
      lookedAt: keeperWatches.lookedAt,
    })
    .from(keeperWatches)
    .where(eq(keeperWatches.chainId, chainId))
  const [chainRow] = await db
    .select({ pausedReason: chains.pausedReason })
    .from(chains)
    .where(eq(chains.id, chainId))
  return {
    pausedReason: chainRow?.pausedReason ?? null,
    live: await liveOfLane(db, chainId, keeper),
    nextNonce: laneRow?.nextNonce ?? null,
    closedReason: laneRow?.closedReason ?? null,
    waiting: await waitingForKeeper(db, chainId),
    watch,
    refills: await refillsOf(db, chainId, keeper),
    retired: await retiredKeepers(db, chainId),
    since: await sinceOf(db, chainId, keeper),
    others: await otherKeepers(db, chainId, keeper),
    external: await externalCount(db, chainId, keeper),
  }
}

async function waitingForKeeper(db: Queries, chainId: number): Promise<Map<string, number>> {
  const rows = await db
    .select({ reason: deposits.reason, deposits: count() })
    .from(deposits)
    .where(
      and(
        eq(deposits.chainId, chainId),
        eq(deposits.state, 'waiting'),
        sql`${deposits.reason} in ('keeper-low', 'lane-full')`,
      ),
    )
    .groupBy(deposits.reason)
  return new Map(rows.map((row) => [row.reason, row.deposits]))
}

async function refillsOf(
  db: Queries,
  chainId: number,
  keeper: Address,
): Promise<readonly KeeperRefill[]> {
  const rows = await db
    .select()
    .from(keeperRefills)
    .where(and(eq(keeperRefills.chainId, chainId), eq(keeperRefills.keeper, keeper)))
    .orderBy(desc(keeperRefills.blockNumber))
    .limit(10)
  return rows.map(({ txHash, sender, amountWei, blockNumber }) => ({
    txHash: txHash as Hash,
    sender: sender as Address,
    amountWei,
    blockNumber,
  }))
}

async function retiredKeepers(db: Queries, chainId: number): Promise<readonly Address[]> {
  const rows = await db
    .select({ address: keepers.address })
    .from(keepers)
    .where(and(eq(keepers.chainId, chainId), sql`${keepers.retiredAt} is not null`))
    .orderBy(asc(keepers.since))
  return rows.map((row) => row.address as Address)
}

async function sinceOf(db: Queries, chainId: number, keeper: Address): Promise<Date | undefined> {
  const [row] = await db
    .select({ since: keepers.since })
    .from(keepers)
    .where(and(eq(keepers.chainId, chainId), eq(keepers.address, keeper)))
  return row?.since
}

async function otherKeepers(
  db: Queries,
  chainId: number,
  current: Address,
): Promise<readonly OtherKeeper[]> {
  const rows = await db
    .select({ address: keepers.address, retiredAt: keepers.retiredAt })
    .from(keepers)
    .where(and(eq(keepers.chainId, chainId), ne(keepers.address, current)))
    .orderBy(asc(keepers.since))
  const others: OtherKeeper[] = []
  for (const { address, retiredAt } of rows) {
    const drain = await lastDrain(db, chainId, address)
    const [lane] = await db
      .select({ closedReason: lanes.closedReason })
      .from(lanes)
      .where(and(eq(lanes.chainId, chainId), eq(lanes.sender, address)))
    others.push({
      address: address as Address,
      retiredAt,
      live: (await liveOfLane(db, chainId, address)).length,
      closedReason: lane?.closedReason ?? null,
      external: await externalCount(db, chainId, address as Address),
      drain,
      refilled: drain !== undefined && (await isRefilledAfter(db, drain)),
    })
  }
  return others
}

async function externalCount(db: Queries, chainId: number, keeper: Address): Promise<number> {
  const [row] = await db
    .select({ external: count() })
    .from(externalTransactions)
    .where(and(eq(externalTransactions.chainId, chainId), eq(externalTransactions.sender, keeper)))
  return row?.external ?? 0
}
