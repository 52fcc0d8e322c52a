import type { Address, Hash } from '../domain/address.ts'
import type { Log } from '../domain/block.ts'
import { readTransfer } from '../domain/erc20.ts'
import { ChainAnswerBad, ChainRefused } from '../domain/errors.ts'
import { mapBounded } from '../domain/map-bounded.ts'
import type { ChainReader } from '../domain/ports/chain-reader.ts'

export interface LateSearch {
  readonly from: bigint
  readonly to: bigint
  /** Of the block at `to`. */
  readonly last: Hash
  readonly tokens: readonly Address[]
  /** From which nothing was ever sent. */
  readonly wallets: readonly Address[]
  /** Requests under way at once. */
  readonly width: number
}

/**
 * Heights with token transfers to wallets. No bloom says here that a node left some out, so what was found is held against
 * what the wallets hold.
 * @returns undefined where they hold more, or that can't be said: only whole blocks tell
 */
export async function lateTransferHeights(
  reader: ChainReader,
  search: LateSearch,
): Promise<ReadonlySet<bigint> | undefined> {
  const { tokens, wallets, width } = search
  const logs = await searchLogs(reader, search)
  const pairs = tokens.flatMap((token) => wallets.map((wallet) => ({ token, wallet })))
  const explained = await mapBounded(pairs, width, async ({ token, wallet }) => {
    const held = await balanceOf(reader, token, wallet, search.last)
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

/** undefined where the token, or a node that lacks the block, refuses to tell. */
async function balanceOf(reader: ChainReader, token: Address, wallet: Address, block: Hash) {
  return await reader.tokenBalance(token, wallet, block).catch((error: unknown) => {
    if (error instanceof ChainRefused || error instanceof ChainAnswerBad) return undefined
    throw error
  })
}

/** Providers cap a search's heights, each at another number: refused ones are halved. */
async function searchLogs(reader: ChainReader, search: LateSearch): Promise<readonly Log[]> {
  const { from, to, tokens, wallets } = search
  try {
    const logs = await reader.transferLogsOfRange(from, to, tokens, wallets)
    const others = await reader.transferLogsElsewhere({ from, to }, tokens, wallets)
    // Each transfer once: what counts twice would explain more than there is.
    const byPlace = new Map(
      [...logs, ...(others ?? [])].map((log) => [`${log.transactionHash} ${log.logIndex}`, log]),
    )
    return [...byPlace.values()]
  } catch (error) {
    if (!(error instanceof ChainRefused) || from === to) throw error
    const middle = (from + to) / 2n
    const lower = await searchLogs(reader, { ...search, to: middle })
    const upper = await searchLogs(reader, { ...search, from: middle + 1n })
    return [...lower, ...upper]
  }
}
