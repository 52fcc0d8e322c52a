import { and, eq, inArray } from 'drizzle-orm'
import type { Address } from '../../../domain/address.ts'
import type { GasSignal, SeenOwnTransaction } from '../../../domain/scan/own-transactions.ts'
import type { ScanCursor, Stored } from '../../../domain/scan/scan-store.ts'
import { attempts, keepers, lanes, sweeps, transactions } from '../../../drizzle/schema.ts'
import { chunks } from '../chunks.ts'
import { noteExternal } from '../lanes/external-transactions.ts'
import { externalTransactionEvent, owe } from '../outbox/events.ts'
import type { Queries } from '../queries.ts'

/**
 * Compares the transactions of our addresses with the stored attempts. A keeper's attempt that
 * brought gas gives a gas signal. A transaction without an attempt is external (MONEY 5), because
 * attempts are committed before they are broadcast. In a database restored from a backup, the
 * transactions of lost attempts look external too (MONEY 22).
 */
export async function judgeOwnTransactions(
  tx: Queries,
  cursor: ScanCursor,
  chainId: number,
  seen: readonly SeenOwnTransaction[],
): Promise<Pick<Stored, 'gasSignals' | 'external'>> {
  if (seen.length === 0) return { gasSignals: [], external: [] }
  const byHash = await ourAttempts(
    tx,
    seen.map(({ hash }) => hash),
  )
  const gasSignals = seen.flatMap(({ hash, ok, blockNumber, blockHash }): GasSignal[] => {
    const row = byHash.get(hash)
    // A cancel of the gas transaction brings no gas, but it is not external.
    if (!ok || row?.step !== 'gas' || row.kind !== 'send') return []
    const { key: transactionKey, leaseHolder: workflowId } = row
    return [{ chainId, hash, transactionKey, workflowId, blockNumber, blockHash }]
  })
  const unknown = seen.filter(({ hash }) => !byHash.has(hash))
  const ofOurTime = await keepOurTime(tx, cursor, chainId, unknown)
  return { gasSignals, external: await noteNew(tx, chainId, ofOurTime) }
}

type Attempted = { key: string; step: string; kind: string; leaseHolder: string | null }

async function ourAttempts(tx: Queries, hashes: readonly string[]) {
  const ours = new Map<string, Attempted>()
  for (const part of chunks(hashes)) {
    const rows = await tx
      .select({
        hash: attempts.hash,
        key: transactions.key,
        step: transactions.step,
        kind: attempts.kind,
        leaseHolder: sweeps.leaseHolder,
      })
      .from(attempts)
      .innerJoin(transactions, eq(transactions.key, attempts.transactionKey))
      .innerJoin(sweeps, eq(sweeps.id, transactions.sweepId))
      .where(inArray(attempts.hash, part))
    for (const { hash, ...row } of rows) ours.set(hash, row)
  }
  return ours
}

interface Sent {
  readonly sender: Address | null
  /** null if the nonce cannot be read. The transaction then counts as ours to explain. */
  readonly nonce: bigint | null
  readonly blockNumber: bigint
}

/**
 * Leaves out transactions from before coldsweep used the sender, because a keeper may be older than
 * its books, and a rescan may begin before the first scanned block. A keeper's use begins with its
 * opening balance (MONEY 23), or with its lane's first entry while the opening balance is unknown.
 */
export async function keepOurTime<T extends Sent>(
  tx: Queries,
  cursor: ScanCursor,
  chainId: number,
  unknown: readonly T[],
): Promise<readonly T[]> {
  if (unknown.length === 0) return []
  const rows = await tx
    .select({
      address: keepers.address,
      openingBlock: keepers.openingBlock,
      entryNonce: lanes.entryNonce,
    })
    .from(keepers)
    .leftJoin(lanes, and(eq(lanes.chainId, keepers.chainId), eq(lanes.sender, keepers.address)))
    .where(eq(keepers.chainId, chainId))
  const keeperOf = new Map(rows.map((row) => [row.address, row]))
  return unknown.filter(({ sender, nonce, blockNumber }) => {
    const keeper = sender === null ? undefined : keeperOf.get(sender)
    if (!keeper) return blockNumber >= cursor.startHeight
    if (keeper.openingBlock !== null) return blockNumber > keeper.openingBlock
    return keeper.entryNonce !== null && (nonce === null || nonce >= keeper.entryNonce)
  })
}

/**
 * Stores external transactions and returns the transactions whose hash was not stored before. The
 * lane loop may have stored a used nonce without a hash.
 */
async function noteNew(
  tx: Queries,
  chainId: number,
  external: readonly SeenOwnTransaction[],
): Promise<readonly SeenOwnTransaction[]> {
  const noted: SeenOwnTransaction[] = []
  for (const one of external) {
    if (await noteExternal(tx, chainId, one)) noted.push(one)
  }
  await owe(
    tx,
    noted.map((one) => externalTransactionEvent(chainId, one)),
  )
  return noted
}
