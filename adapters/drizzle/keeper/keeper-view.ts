import { and, asc, count, desc, eq, sql } from 'drizzle-orm'
import type { Address, Hash } from '../../../domain/address.ts'
import type { Transaction } from '../../../domain/lanes/transaction.ts'
import {
  chains,
  deposits,
  externalTransactions,
  keeperRefills,
  keepers,
  keeperWatches,
  lanes,
} from '../../../drizzle/schema.ts'
import { liveOfLane } from '../lanes/transaction-rows.ts'
import type { Queries } from '../queries.ts'

interface RefillView {
  readonly txHash: Hash
  readonly sender: Address
  readonly amountWei: bigint
  readonly blockNumber: bigint
}

/** The database's facts about the keeper of a chain. */
export interface KeeperView {
  /** The keeper's own transactions that are not final yet, in nonce order. */
  readonly live: readonly Transaction[]
  /** null before its first transaction. */
  readonly nextNonce: bigint | null
  readonly closedReason: string | null
  /** Reason of the pause and the operator; null while the chain is not paused. */
  readonly pausedReason: string | null
  /** Number of deposits that wait for the keeper, by reason. */
  readonly waiting: ReadonlyMap<string, number>
  /** The level that keeperWatch last announced. */
  readonly watch:
    | {
        readonly level: string
        readonly balanceWei: bigint
        readonly since: Date
        readonly lookedAt: Date
      }
    | undefined
  /** Newest first, at most ten. */
  readonly refills: readonly RefillView[]
  readonly retired: readonly Address[]
  /**
   * Number of the keeper's transactions that no attempt of ours explains. Each is an alarm (MONEY
   * 5).
   */
  readonly external: number
}

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
): Promise<readonly RefillView[]> {
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

async function externalCount(db: Queries, chainId: number, keeper: Address): Promise<number> {
  const [row] = await db
    .select({ external: count() })
    .from(externalTransactions)
    .where(and(eq(externalTransactions.chainId, chainId), eq(externalTransactions.sender, keeper)))
  return row?.external ?? 0
}
