import type { Address, Hash } from '../../domain/address.ts'
import type { BlockHeader, Log } from '../../domain/chains/block.ts'
import { readTransfer } from '../../domain/chains/erc20.ts'
import { mergeSearches } from '../../domain/chains/log-content.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { keptStates } from '../../domain/chains/nodes/kept-states.ts'
import { mapBounded } from '../../domain/map-bounded.ts'
import { type AdaptiveRange, createAdaptiveRange } from '../detect/adaptive-range.ts'
import { unlessRefused } from './unless-refused.ts'

export interface LateSearch {
  readonly from: bigint
  readonly to: bigint
  /** Of the block at `to`. */
  readonly last: Hash
  readonly head: Pick<BlockHeader, 'number' | 'hash'>
  readonly tokens: readonly Address[]
  /** From which nothing was ever sent. */
  readonly wallets: readonly Address[]
  /** Requests under way at once. */
  readonly width: number
}

/** How far a search came: a later try goes on from there. */
export interface LateProgress {
  next: bigint
  readonly logs: Log[]
  readonly range: AdaptiveRange
}

/**
 * The first question is about all heights: most providers answer it where the recipients are few.
 */
export function beginLateSearch({ from, to }: Pick<LateSearch, 'from' | 'to'>): LateProgress {
  const all = Number(to - from) + 1
  return { next: from, logs: [], range: createAdaptiveRange({ first: all, most: all }) }
}

/**
 * Heights with token transfers to wallets. No bloom says here that a node left some out, so what
 * was found is held against what the wallets hold.
 * @returns undefined where they hold more, or that can't be said, or no search is answered: only
 * whole blocks tell
 */
export async function lateTransferHeights(
  reader: ChainReader,
  search: LateSearch,
  progress: LateProgress = beginLateSearch(search),
): Promise<ReadonlySet<bigint> | undefined> {
  const { tokens, wallets, width } = search
  const logs = await unlessRefused(searchLogs(reader, search, progress), undefined)
  if (!logs) return undefined
  const pairs = tokens.flatMap((token) => wallets.map((wallet) => ({ token, wallet })))
  const explained = await mapBounded(pairs, width, async ({ token, wallet }) => {
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
 * Where an old state shows 0, a node that has pruned it may have said so: the head, where nothing
 * less can be, is asked.
 */
async function heldOf(
  reader: ChainReader,
  { last, to, head }: LateSearch,
  token: Address,
  wallet: Address,
) {
  const held = await balanceOf(reader, token, wallet, last)
  if (held !== 0n || head.number - to <= keptStates) return held
  return await balanceOf(reader, token, wallet, head.hash)
}

/** undefined where the token, or a node that lacks the block, refuses to tell. */
async function balanceOf(reader: ChainReader, token: Address, wallet: Address, block: Hash) {
  return await unlessRefused(reader.tokenBalance(token, wallet, block), undefined)
}

/** In pieces, each once: what was found before a failure is kept in `progress`. */
async function searchLogs(
  reader: ChainReader,
  { to, tokens, wallets }: LateSearch,
  progress: LateProgress,
): Promise<readonly Log[]> {
  const ask = async (first: bigint, last: bigint) => {
    const logs = await reader.transferLogsOfRange(first, last, tokens, wallets)
    const others = await reader.transferLogsElsewhere({ from: first, to: last }, tokens, wallets)
    // A transfer that counts twice would explain more than the wallet holds; so would one outside
    // the piece.
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
