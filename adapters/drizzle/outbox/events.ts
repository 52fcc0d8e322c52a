import { getAddress } from 'viem/utils'
import type { ListedAsset } from '../../../domain/chains/asset.ts'
import type { BlockHeader } from '../../../domain/chains/block.ts'
import {
  type EventBody,
  type EventType,
  type WorkMessage,
  workQueues,
} from '../../../domain/outbox/event.ts'
import type { SeenOwnTransaction } from '../../../domain/scan/own-transactions.ts'
import { type deposits, outbox } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import type { Queries } from '../queries.ts'

type DepositRow = typeof deposits.$inferSelect
type OutboxRow = typeof outbox.$inferInsert

/** Adds rows to the outbox, in the caller's commit and in the given order. */
export async function owe(tx: Queries, rows: readonly OutboxRow[]): Promise<void> {
  for (const part of chunks(rows)) await tx.insert(outbox).values(part)
}

/**
 * Returns the outbox row of an event about a deposit. The caller has already raised `row.eventSeq`
 * for this event.
 */
export function depositEvent(
  row: DepositRow,
  type: EventType,
  more: EventBody['data'] = {},
): OutboxRow {
  const body: EventBody = {
    v: 1,
    type,
    seq: row.eventSeq,
    at: new Date().toISOString(),
    chainId: row.chainId,
    depositId: row.id,
    data: {
      asset: row.asset === 'native' ? 'native' : getAddress(row.asset),
      wallet: getAddress(row.wallet),
      sender: getAddress(row.sender),
      amount: row.amount.toString(),
      blockNumber: Number(row.blockNumber),
      blockHash: row.blockHash,
      ...more,
    },
  }
  return { kind: 'event', route: type, body }
}

/**
 * Returns the outbox row of the event `chain.block`. The sequence number is the height. A consumer
 * that receives a height twice has seen a reorg.
 */
export function blockEvent(chainId: number, header: BlockHeader): OutboxRow {
  const body: EventBody = {
    v: 1,
    type: 'chain.block',
    seq: Number(header.number),
    at: new Date().toISOString(),
    chainId,
    data: {
      number: Number(header.number),
      hash: header.hash,
      parentHash: header.parentHash,
      minedAt: minedAt(header).toISOString(),
    },
  }
  return { kind: 'event', route: body.type, body }
}

/**
 * Returns the outbox row of the event about an external transaction. The sequence number is the
 * height of the transaction's block.
 */
export function externalTransactionEvent(chainId: number, seen: SeenOwnTransaction): OutboxRow {
  const body: EventBody = {
    v: 1,
    type: 'transaction.foreign',
    seq: Number(seen.blockNumber),
    at: new Date().toISOString(),
    chainId,
    data: {
      sender: getAddress(seen.sender),
      nonce: Number(seen.nonce),
      hash: seen.hash,
      to: seen.to && getAddress(seen.to),
      valueWei: seen.valueWei.toString(),
      feeWei: seen.feeWei.toString(),
      outcome: seen.ok ? 'succeeded' : 'reverted',
      blockNumber: Number(seen.blockNumber),
      blockHash: seen.blockHash,
    },
  }
  return { kind: 'event', route: body.type, body }
}

/** Returns the outbox row of the work message that starts a deposit's sweep. */
export function work(row: DepositRow, asset: ListedAsset): OutboxRow {
  const kind = asset.id === 'native' ? 'native' : 'token'
  const body: WorkMessage = {
    v: 1,
    depositId: row.id,
    chainId: row.chainId,
    asset: asset.symbol,
    kind,
    wallet: getAddress(row.wallet),
    amount: row.amount.toString(),
    decimals: asset.decimals,
  }
  return { kind: 'work', route: workQueues[kind], body }
}

export function minedAt({ timestamp }: BlockHeader): Date {
  return new Date(Number(timestamp) * 1000)
}
