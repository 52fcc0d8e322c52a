import type { Address, Hash } from '../../domain/address.ts'
import type { BlockHeader, Log } from '../../domain/chains/block.ts'
import { readTransfer } from '../../domain/chains/erc20.ts'
import { mergeSearches } from '../../domain/chains/log-content.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { keptStates } from '../../domain/chains/nodes/node-limits.ts'
import { ChainAnswerBad, ChainRefused } from '../../domain/errors.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import { type AdaptiveRange, createAdaptiveRange } from '../detect/adaptive-range.ts'

/** A search of a range of blocks for token transfers to a few wallets. */
export interface TransferSearch {
  readonly from: bigint
  readonly to: bigint
  /** Hash of the block at `to`. */
  readonly last: Hash
  readonly head: Pick<BlockHeader, 'number' | 'hash'>
  readonly tokens: readonly Address[]
  /** Wallets that have never sent a transaction. */
  readonly wallets: readonly Address[]
  /** Concurrent requests. */
  readonly width: number
}

/** Progress of a search, from which a later try continues. */
export interface SearchProgress {
  next: bigint
  readonly logs: Log[]
  readonly range: AdaptiveRange
}

/**
 * Begins a search. The first request covers all heights, because most providers accept a wide range
 * for few recipients.
 */
export function beginTransferSearch({
  from,
  to,
}: Pick<TransferSearch, 'from' | 'to'>): SearchProgress {
  const all = Number(to - from) + 1
  return { next: from, logs: [], range: createAdaptiveRange({ first: all, most: all }) }
}

/**
 * Returns the heights of blocks with token transfers to the wallets. The search does not read the
 * blocks' blooms, which would reveal omitted logs. The found transfers are therefore compared with
 * the wallets' balances.
 * @returns undefined if a balance is unknown or exceeds the found transfers, or if the endpoint
 * refuses the search or its answer cannot be read. The caller must then read all blocks.
 */
export async function transferHeights(
  reader: ChainReader,
  search: TransferSearch,
  progress: SearchProgress = beginTransferSearch(search),
): Promise<ReadonlySet<bigint> | undefined> {
  const { tokens, wallets, width } = search
  const logs = await unlessRefused(searchLogs(reader, search, progress), undefined)
  if (!logs) return undefined
  const pairs = tokens.flatMap((token) => wallets.map((wallet) => ({ token, wallet })))
  const explained = await mapConcurrently(pairs, width, async ({ token, wallet }) => {
    const held = await heldOf(reader, search, token, wallet)
    return held !== undefined && held <= received(logs, token, wallet)
  })
  if (explained.includes(false)) return undefined
  return new Set(logs.map(({ blockNumber }) => blockNumber))
}

function received(logs: readonly Log[], token: Address, wallet: Address): bigint {
  const transfers = logs.flatMap((log) => readTransfer(log) ?? [])
  const own = transfers.filter((it) => it.token === token && it.to === wallet)
  return own.reduce((sum, { amount }) => sum + amount, 0n)
}

/**
 * Reads the wallet's token balance after the searched blocks. A balance of 0 in an old state may
 * mean that the node has pruned the state, so the balance at the head is read instead. The balance
 * at the head cannot be lower, because the wallet has never sent a transaction.
 */
async function heldOf(
  reader: ChainReader,
  { last, to, head }: TransferSearch,
  token: Address,
  wallet: Address,
) {
  const held = await balanceOf(reader, token, wallet, last)
  if (held !== 0n || head.number - to <= keptStates) return held
  return await balanceOf(reader, token, wallet, head.hash)
}

/**
 * Returns undefined if the token's call fails, or if the node refuses because it lacks the block.
 */
async function balanceOf(reader: ChainReader, token: Address, wallet: Address, block: Hash) {
  return await unlessRefused(reader.tokenBalance(token, wallet, block), undefined)
}

/**
 * Searches in pieces. Each piece is read once: logs that were found before a failure stay in
 * `progress`.
 */
async function searchLogs(
  reader: ChainReader,
  { to, tokens, wallets }: TransferSearch,
  progress: SearchProgress,
): Promise<readonly Log[]> {
  const ask = async (first: bigint, last: bigint) => {
    const logs = await reader.transferLogsOfRange(first, last, tokens, wallets)
    const others = await reader.transferLogsElsewhere({ from: first, to: last }, tokens, wallets)
    // Each transfer counts once, and only if it is inside the piece. Otherwise the sum would
    // explain a higher balance than the transfers brought.
    const isInside = ({ blockNumber: at }: Log) => at >= first && at <= last
    return mergeSearches(logs, others ?? []).filter(isInside)
  }
  const left = { from: progress.next, to }
  await progress.range.readAll(reader, left, ask, ({ result, to: end }) => {
    progress.logs.push(...result)
    progress.next = end + 1n
  })
  return progress.logs
}

/**
 * Returns the answer, or `instead` if the endpoint refuses or its answer cannot be read.
 * @throws ChainUnreachable if the endpoint is down
 */
export async function unlessRefused<T, I>(asked: Promise<T>, instead: I): Promise<T | I> {
  return await asked.catch((error: unknown) => {
    if (error instanceof ChainRefused || error instanceof ChainAnswerBad) return instead
    throw error
  })
}
