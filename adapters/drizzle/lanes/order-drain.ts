import { and, asc, eq, sql } from 'drizzle-orm'
import { getAddress } from 'viem/utils'
import type { Address } from '../../../domain/address.ts'
import type { DrainView } from '../../../domain/keeper/keeper-view.ts'
import type { DrainDestination } from '../../../domain/lanes/transaction.ts'
import type { SignedOrder } from '../../../domain/operators/deposit-orders.ts'
import { chains, keeperDrains, keepers, lanes } from '../../../drizzle/schema.ts'
import { recordAction } from '../operators/note-order.ts'
import type { Queries } from '../queries.ts'
import { openSweep } from '../sweeps/sweep-row.ts'
import { isRefilledAfter, lastDrain } from './drain-views.ts'
import { liveOfLane } from './transaction-rows.ts'

export interface DrainRequest {
  readonly chainId: number
  /** The retired keeper. @default the only retired keeper of the chain */
  readonly keeper?: Address | undefined
  readonly to: DrainDestination
  /** Its balance now; undefined while no node answers. */
  readonly balanceOf: (keeper: Address) => Promise<bigint | undefined>
}

export type DrainOrdered =
  | {
      readonly kind: 'done' | 'already'
      readonly id: string
      readonly keeper: Address
      readonly to: DrainDestination
      readonly receiver: Address
      readonly ended: boolean
    }
  | { readonly kind: 'refused'; readonly why: string; readonly hint: string }

const refuse = (why: string, hint: string): DrainOrdered => ({ kind: 'refused', why, hint })

/**
 * Stores an operator's order to drain a retired keeper, with its audit row in the same commit. The
 * lane loop signs it. A repeat changes nothing while the order is open, and after its end until
 * more money has arrived.
 */
export async function orderDrain(
  db: Queries,
  request: DrainRequest,
  order: SignedOrder,
): Promise<DrainOrdered> {
  const { chainId } = request
  const keeper = request.keeper ?? (await onlyRetired(db, chainId))
  if (typeof keeper === 'object') return keeper
  const balanceWei = await request.balanceOf(keeper)
  return await db.transaction((tx) => orderIn(tx, request, keeper, balanceWei, order))
}

async function onlyRetired(db: Queries, chainId: number): Promise<Address | DrainOrdered> {
  const rows = await db
    .select()
    .from(keepers)
    .where(eq(keepers.chainId, chainId))
    .orderBy(asc(keepers.since))
  const retired = rows.filter(({ retiredAt }) => retiredAt !== null)
  const [only, ...more] = retired
  if (only && more.length === 0) return only.address as Address
  return only
    ? refuse(
        `chain ${chainId} has ${retired.length} retired keepers`,
        `name one with --keeper: ${retired.map(({ address }) => getAddress(address)).join(', ')}`,
      )
    : refuse(
        `chain ${chainId} has no retired keeper`,
        'put the new keeper into coldsweep.yaml and run "coldsweep migrate" first',
      )
}

async function orderIn(
  tx: Queries,
  { chainId, to }: DrainRequest,
  keeper: Address,
  balanceWei: bigint | undefined,
  { operator, reason }: SignedOrder,
): Promise<DrainOrdered> {
  // The lock waits for a rotation and for another order.
  const rows = await tx
    .select()
    .from(keepers)
    .where(eq(keepers.chainId, chainId))
    .orderBy(keepers.address)
    .for('update')
  const own = rows.find(({ address }) => address === keeper)
  const show = getAddress(keeper)
  if (!own) return refuse(`${show} was never a keeper of chain ${chainId}`, seeKeepers)
  if (own.retiredAt === null)
    return refuse(
      `${show} is the current keeper of chain ${chainId}`,
      'only a retired keeper is drained: put the new keeper into coldsweep.yaml, give the worker its key, and run "coldsweep migrate"',
    )
  const current = rows.find(({ retiredAt }) => retiredAt === null)
  const receiver = to === 'keeper' ? current?.address : await coldWalletOf(tx, chainId)
  if (!receiver) return refuse(`chain ${chainId} has no registered ${to}`, seeKeepers)
  const known = { keeper, to, receiver: receiver as Address }
  const last = await lastDrain(tx, chainId, keeper)
  if (last && last.closedAt === null) {
    if (last.to !== to)
      return refuse(`an order to drain ${show} to the ${last.to} is open`, seeKeepers)
    return { kind: 'already', id: last.id, ...known, ended: false }
  }
  const live = (await liveOfLane(tx, chainId, keeper)).length
  if (live > 0)
    return refuse(
      `${show} has ${live} transactions that are not final`,
      'wait until "coldsweep keeper" shows none of them',
    )
  const closed = await closedReason(tx, chainId, keeper)
  if (closed !== null)
    return refuse(`the lane of ${show} is closed: ${closed}`, 'run "coldsweep recover" first')
  if (last && last.restWei !== null && !(await hasMore(tx, last, balanceWei)))
    return { kind: 'already', id: last.id, ...known, ended: true }
  const id = await openSweep(tx, { chainId, wallet: keeper, asset: 'native' })
  await tx
    .insert(keeperDrains)
    // After the lock: the time decides whether the keeper returned after the order.
    .values({
      sweepId: id,
      chainId,
      keeper,
      destination: to,
      operator,
      reason,
      orderedAt: sql`clock_timestamp()`,
    })
  const subject = `chain ${chainId}: ${show} to ${to} ${getAddress(receiver)}`
  await recordAction(tx, { operator, reason, action: 'keeper-drain', subject })
  return { kind: 'done', id, ...known, ended: false }
}

const seeKeepers = 'see "coldsweep keeper"'

async function closedReason(tx: Queries, chainId: number, keeper: string): Promise<string | null> {
  const [lane] = await tx
    .select({ closedReason: lanes.closedReason })
    .from(lanes)
    .where(and(eq(lanes.chainId, chainId), eq(lanes.sender, keeper)))
  return lane?.closedReason ?? null
}

async function coldWalletOf(tx: Queries, chainId: number): Promise<string | undefined> {
  const [chain] = await tx
    .select({ coldWallet: chains.coldWallet })
    .from(chains)
    .where(eq(chains.id, chainId))
  return chain?.coldWallet
}

/**
 * Whether the keeper holds more than its last drain left. Without a balance, a refill after the
 * drain's block decides.
 */
async function hasMore(
  tx: Queries,
  last: DrainView,
  balanceWei: bigint | undefined,
): Promise<boolean> {
  if (balanceWei !== undefined) return last.restWei === null || balanceWei > last.restWei
  return await isRefilledAfter(tx, last)
}
