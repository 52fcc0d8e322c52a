import { eq, inArray, sql } from 'drizzle-orm'
import type { SeenDeposit } from '../../../domain/deposit.ts'
import { deposits } from '../../../drizzle/schema.ts'
import { depositEvent, owe } from '../events.ts'
import type { Queries } from '../queries.ts'
import { chunks } from './chunks.ts'

type DepositRow = typeof deposits.$inferSelect

/**
 * Writes what was seen. New: a row, `detected` in the newest block, `confirming` in an older one. Orphaned: the same
 * deposit returns, `confirming` and with what its new block says, as if nothing had been done for it (MONEY 21); so does one
 * that was not handed on and turns out otherwise than it was first read, from a node that lied (MONEY 20). Any other keeps
 * its state; only its place follows the chain. Returns the ids that are new or back, each with its event owed.
 */
export async function storeDeposits(
  tx: Queries,
  seen: readonly SeenDeposit[],
  newest: bigint,
): Promise<readonly string[]> {
  const rows: DepositRow[] = []
  for (const part of chunks(seen)) {
    const ids = part.map(({ id }) => id)
    const found = await tx.select().from(deposits).where(inArray(deposits.id, ids)).for('update')
    const known = new Map(found.map((row) => [row.id, row]))
    const fresh = part.filter(({ id }) => !known.has(id))
    rows.push(...(await insert(tx, fresh, newest)))
    for (const deposit of part) {
      const row = known.get(deposit.id)
      if (row?.state === 'orphaned' || (row && wasMisread(row, deposit))) {
        rows.push(await revive(tx, deposit))
      } else if (row && row.blockHash !== deposit.blockHash) await follow(tx, deposit)
    }
  }
  await owe(
    tx,
    rows.map((row) => depositEvent(row, 'deposit.detected')),
  )
  return rows.map(({ id }) => id)
}

function wasMisread(row: DepositRow, { wallet, sender, asset, amount }: SeenDeposit): boolean {
  const same =
    row.wallet === wallet && row.sender === sender && row.asset === asset && row.amount === amount
  return !same && (row.state === 'detected' || row.state === 'confirming')
}

async function insert(
  tx: Queries,
  fresh: readonly SeenDeposit[],
  newest: bigint,
): Promise<DepositRow[]> {
  if (fresh.length === 0) return []
  const state = ({ blockNumber }: SeenDeposit) => (blockNumber < newest ? 'confirming' : 'detected')
  return tx
    .insert(deposits)
    .values(fresh.map((deposit) => ({ ...deposit, state: state(deposit), eventSeq: 1 })))
    .returning()
}

async function revive(tx: Queries, seen: SeenDeposit): Promise<DepositRow> {
  const [row] = await tx
    .update(deposits)
    .set({
      ...seen,
      state: 'confirming',
      reason: '',
      detail: '',
      since: sql`now()`,
      sweepId: null,
      covered: false,
      confirmedAt: null,
      lastRunAt: null,
      eventSeq: sql`${deposits.eventSeq} + 1`,
    })
    .where(eq(deposits.id, seen.id))
    .returning()
  if (!row) throw new Error(`deposit ${seen.id} is gone although its row was locked`)
  return row
}

async function follow(tx: Queries, seen: SeenDeposit): Promise<void> {
  const { blockNumber, blockHash, txIndex } = seen
  await tx.update(deposits).set({ blockNumber, blockHash, txIndex }).where(eq(deposits.id, seen.id))
}
