import { and, eq, isNotNull, notInArray } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import { findAsset } from '../../../domain/chains/chain.ts'
import { terminalStates } from '../../../domain/deposits/deposit-state.ts'
import { BadInput } from '../../../domain/money-errors.ts'
import type { SignedOrder } from '../../../domain/operators/deposit-orders.ts'
import type { DustLimits } from '../../../domain/sweeps/dust-order.ts'
import type {
  DustOrdered,
  DustOrderRequest,
  DustOrders,
} from '../../../domain/sweeps/dust-orders.ts'
import { deposits, dustOrders } from '../../../drizzle/schema.ts'
import { reopenDust } from '../deposits/change-state.ts'
import { withDatabaseErrors } from '../errors.ts'
import { recordAction } from '../operators/note-order.ts'
import { depositEvent, owe, work } from '../outbox/events.ts'
import type { Queries } from '../queries.ts'

// Orders to sweep dust (MONEY 15): every statement that writes the table `dust_orders`.

const isOpen = and(isNotNull(deposits.dustOrderId), notInArray(deposits.state, [...terminalStates]))

/** Creates the store of operators' orders to sweep dust. */
export function createDustOrders(db: Queries): DustOrders {
  return withDatabaseErrors<DustOrders>({
    order: (request, order) => db.transaction((tx) => orderDust(tx, request, order)),
    async open(chainId, asset) {
      const rows = await db
        .select({ id: deposits.id, wallet: deposits.wallet, orderId: deposits.dustOrderId })
        .from(deposits)
        .where(and(eq(deposits.chainId, chainId), eq(deposits.asset, asset), isOpen))
      return rows.map(({ id, wallet, orderId }) => ({
        depositId: id,
        wallet: wallet as Address,
        orderId: orderId ?? '',
      }))
    },
  })
}

async function orderDust(
  tx: Queries,
  { chain, limits, wallets }: DustOrderRequest,
  { operator, reason }: SignedOrder,
): Promise<DustOrdered> {
  const id = wallets[0]?.asset
  const asset = id && findAsset(chain, id)
  if (!asset) return { orderId: null, ordered: [] }
  if (wallets.some((wallet) => wallet.asset !== asset.id))
    throw new BadInput('an order to sweep dust is about one asset')
  const [stored] = await tx
    .insert(dustOrders)
    .values({ chainId: chain.id, asset: asset.id, ...limits, operator, reason })
    .returning({ id: dustOrders.id })
  if (!stored) throw new Error('the order was not stored')
  const orderId = stored.id
  const detail = `dust sweep ordered by ${operator}`
  const ids = wallets.map(({ depositId }) => depositId)
  const rows = await reopenDust(tx, ids, { orderId, detail })
  if (rows.length === 0) {
    await tx.delete(dustOrders).where(eq(dustOrders.id, orderId))
    return { orderId: null, ordered: [] }
  }
  const count = rows.length === 1 ? '1 wallet' : `${rows.length} wallets`
  await recordAction(tx, {
    operator,
    action: 'sweep-dust',
    subject: `chain ${chain.id}: ${asset.symbol} dust of ${count}, order ${orderId}`,
    reason,
  })
  await owe(
    tx,
    rows.flatMap((row) => [
      depositEvent(row, 'sweep.waiting', { reason: row.reason, detail }),
      work(row, asset),
    ]),
  )
  const ordered = rows.map((row) => ({ depositId: row.id, wallet: row.wallet as Address }))
  return { orderId, ordered }
}

/** Limits of the order about a deposit; undefined without an order. */
export async function readDustLimits(
  db: Queries,
  depositId: string,
): Promise<DustLimits | undefined> {
  const [row] = await db
    .select({
      minAmount: dustOrders.minAmount,
      maxCostWei: dustOrders.maxCostWei,
      factor: dustOrders.factor,
    })
    .from(deposits)
    .innerJoin(dustOrders, eq(dustOrders.id, deposits.dustOrderId))
    .where(eq(deposits.id, depositId))
  return row
}
