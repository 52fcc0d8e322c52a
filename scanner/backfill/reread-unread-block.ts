import type { Address, Hash } from '../../domain/address.ts'
import type { Block } from '../../domain/chains/block.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import type { Finds, Stored } from '../../domain/scan/scan-store.ts'
import type { SeenUnread } from '../../domain/scan/unread.ts'
import type { DueUnread } from '../../domain/scan/unread-store.ts'
import { reportStored } from '../context/report-stored.ts'
import type { ScanDeps } from '../context/scan-deps.ts'
import { type FindsReading, type RangeFinds, readFinds } from '../detect/read-finds.ts'
import { keptWithoutTrace, onlyOpenTraces } from '../detect/untraced-rows.ts'

export type RereadDeps = Pick<ScanDeps, 'chain' | 'hints' | 'log' | 'metrics' | 'reader' | 'store'>

/**
 * Reads one block with unread transactions again, from another endpoint at each try, and stores its
 * finds (deposits, refills, own transactions). The commit compares the block's hash with the stored
 * hash.
 * @param isWhereMined true if the receipt of an unread transaction of another block names this
 * block
 * @throws an error if the endpoint shows another block at that height; the scan then rewinds soon
 * and deletes the rows
 */
export async function rereadUnreadBlock(
  deps: RereadDeps,
  reading: FindsReading,
  { blockNumber, blockHash, transactions: doubtful, tries }: DueUnread,
  isWhereMined = false,
): Promise<Stored> {
  const { chain, store } = deps
  const reader = deps.reader.endpoint(tries)
  const untraced: Block[] = []
  const cannotTrace = (block: Block) => void untraced.push(block)
  const found = await readFinds(reader, blockNumber, blockNumber, {
    ...reading,
    doubtful,
    cannotTrace: reading.cannotTrace && cannotTrace,
  })
  const [{ hash }] = found.blocks
  if (blockHash !== undefined && hash !== blockHash) {
    throw new Error(`the endpoint shows block ${hash} at height ${blockNumber}`)
  }
  const gone = new Set([
    ...(await absentEverywhere(hash, found, reader, chain)),
    ...(isWhereMined ? [] : await readWhereMined(deps, reading, found, tries)),
  ])
  const { transactions, unlisted, ...finds } = found
  const still = finds.unread.filter((one) => !gone.has(one.hash))
  const left = await onlyOpenTraces(store, chain.id, still)
  const unread = await keptWithoutTrace(store, chain.id, left, untraced)
  const withFinds = new Set([
    ...finds.deposits.map(({ txHash }) => txHash),
    ...finds.ownTransactions.map((one) => one.hash),
  ])
  const readWhole = transactions
    .map(({ txHash }) => txHash)
    // If the endpoint's block does not list a transaction, the transaction may still have paid
    // native coin. Unless it has finds, it stays unread, and the next try asks another endpoint.
    .filter((one) => !unlisted.has(one) || withFinds.has(one))
  const reread: Finds = {
    ...finds,
    unread,
    blocks: [],
    reread: finds.blocks,
    readWhole: [...readWhole, ...gone],
  }
  const stored = await store.storeFinds(chain.id, blockNumber, reread)
  reportStored(deps, stored, reread)
  return stored
}

/**
 * Returns the transactions that the block never contained: no endpoint has a receipt of the
 * transaction in this block, and neither the block nor a log search lists the transaction.
 */
async function absentEverywhere(
  blockHash: Hash,
  { unread, unlisted }: RangeFinds,
  reader: ChainReader,
  chain: Pick<ScanDeps['chain'], 'tokens'>,
): Promise<ReadonlySet<Hash>> {
  const absent = unread.filter((one) => one.absent && unlisted.has(one.hash))
  if (absent.length === 0) return new Set()
  const tokens = chain.tokens.map(({ id }) => id as Address)
  const others = (await reader.transferLogsElsewhere(blockHash, tokens)) ?? []
  const listed = new Set(others.map(({ transactionHash }) => transactionHash))
  return new Set(absent.map(({ hash }) => hash).filter((hash) => !listed.has(hash)))
}

/**
 * Reads unread transactions in the other block that their receipts name.
 * @returns the transactions that were read there, so their rows for this block can be deleted
 */
async function readWhereMined(
  deps: RereadDeps,
  reading: FindsReading,
  { unread }: RangeFinds,
  tries: number,
): Promise<readonly Hash[]> {
  const read: Hash[] = []
  for (const { hash, minedIn } of await listedWhereMined(deps, unread, tries)) {
    const block = { blockNumber: minedIn.number, blockHash: minedIn.hash, transactions: [hash] }
    await rereadUnreadBlock(deps, reading, { ...block, tries }, true)
    read.push(hash)
  }
  return read
}

/** A transaction, and the other block that its receipts name. */
export interface MinedElsewhere {
  readonly hash: Hash
  readonly minedIn: NonNullable<SeenUnread['minedIn']>
}

const mostAtOnce = 8

/**
 * Returns the transactions whose receipts name another block of the chain than the block that
 * listed them (cronos #466, hiero-json-rpc-relay #4869), if the other block lists them too. A
 * transaction that the other block does not list stays unread, because its value and sender are
 * unknown.
 */
export async function listedWhereMined(
  { chain, reader, store }: Pick<ScanDeps, 'chain' | 'reader' | 'store'>,
  unread: readonly SeenUnread[],
  tries: number,
): Promise<readonly MinedElsewhere[]> {
  const moved = unread.flatMap(({ hash, minedIn }) => (minedIn ? [{ hash, minedIn }] : []))
  const listed: MinedElsewhere[] = []
  for (const one of moved.slice(0, mostAtOnce)) {
    const { number, hash } = one.minedIn
    if ((await store.storedHash(chain.id, number)) !== hash) continue
    const block = await reader.endpoint(tries).block(number)
    if (block?.transactions.some((it) => it.hash === one.hash)) listed.push(one)
  }
  return listed
}
