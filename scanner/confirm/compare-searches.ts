import type { Address, Hash } from '../../domain/address.ts'
import type { BlockHeader, Log } from '../../domain/chains/block.ts'
import { distinctLogs } from '../../domain/chains/log-content.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { ChainAnswerBad, ChainMoved, ChainRefused, ChainUnreachable } from '../../domain/errors.ts'
import { walletCredited } from '../../domain/scan/credit-rule.ts'
import { reportStored } from '../context/report-stored.ts'
import type { ScanDeps } from '../context/scan-deps.ts'
import type { FindsReading } from '../detect/read-finds.ts'
import { leave } from '../detect/read-or-leave.ts'
import { rereadRange } from '../detect/reread-range.ts'
import { compareCredits } from './compare-credits.ts'

/**
 * Transfer logs of a range. `own`: from the endpoint in use; `both`: merged with the logs of
 * another endpoint.
 */
export interface Searches {
  readonly own: readonly Log[]
  readonly both: readonly Log[]
}

/** Compares log searches with the stored transfers, and rereads each block that differs. */
export interface SearchComparer {
  /** @throws ChainAnswerBad if the node's search and its blocks contradict each other */
  compare(reader: ChainReader, searches: Searches): Promise<void>
  /** Counts and logs transfers that the first reading of a block missed. */
  reportLate(height: bigint, found: number): void
}

export function createSearchComparer(
  deps: Pick<ScanDeps, 'chain' | 'hints' | 'log' | 'metrics' | 'store'>,
  reading: FindsReading,
): SearchComparer {
  const { chain, log, metrics, store } = deps
  const tokens = new Set(chain.tokens.map(({ id }) => id as Address))
  const watch = { ...reading, chainId: chain.id, tokens }

  /**
   * Returns the differences that `compareCredits` finds. `missed` has only logs that credit a known
   * wallet and whose transaction has no unread row.
   */
  async function differencesOf(
    logs: readonly Log[],
  ): Promise<{ readonly missed: readonly Log[]; readonly fewer: readonly Log[] }> {
    const credits = logs.flatMap((one) => {
      const wallet = walletCredited(one, watch)
      return wallet ? [{ log: one, wallet }] : []
    })
    if (credits.length === 0) return { missed: [], fewer: [] }
    const hashes = [...new Set(credits.map((credit) => credit.log.transactionHash))]
    const stored = await store.storedTransfers(chain.id, hashes)
    const { missed, fewer } = compareCredits(
      credits,
      stored.filter(({ asset }) => tokens.has(asset as Address)),
    )
    if (missed.length === 0) return { missed: [], fewer }
    // Fingerprints have false positives, so PostgreSQL decides which addresses are wallets.
    const known = await reading.wallets.matching([...new Set(missed.map(({ wallet }) => wallet))])
    const lost = missed.filter(({ wallet }) => known.has(wallet)).map((credit) => credit.log)
    // Unread transactions do not delay finality. They are credited once they can be read.
    const unread = lost.length === 0 ? new Set() : await store.unreadAmong(chain.id, lost)
    return { missed: lost.filter(({ transactionHash }) => !unread.has(transactionHash)), fewer }
  }

  function reportLate(height: bigint, found: number): void {
    if (found === 0) return
    metrics.count('late_transfers', { chain: chain.name }, found)
    log.warn(
      { height, found },
      'transfers were missing at the first reading of a block; its node lagged, or the wallets are new',
    )
  }

  async function readAgain(
    reader: ChainReader,
    logs: readonly Log[],
    differing: readonly Log[],
  ): Promise<void> {
    const heights = new Set(differing.map(({ blockNumber }) => blockNumber))
    const storedHashes = new Map<bigint, Hash | undefined>()
    for (const height of heights) {
      // A single block is searched by its hash, which must be the stored hash. A search over
      // heights may name another hash for the same block (XDPoSChain #208).
      const found = await rereadRange(reader, height, height, reading, deps)
      storedHashes.set(height, await store.storedHash(chain.id, height))
      reportLate(height, found)
    }
    const again = logs
      .filter(({ blockNumber }) => heights.has(blockNumber))
      .map((one) => ({ ...one, blockHash: storedHashes.get(one.blockNumber) ?? one.blockHash }))
    // Only missed logs are a contradiction. If the search and the receipt both list fewer logs than
    // are stored, the reread has already raised the alarm, and the rows stay.
    if ((await differencesOf(again)).missed.length > 0) {
      throw new ChainAnswerBad(
        `log search and receipts contradict each other in blocks ${[...heights]}`,
      )
    }
  }

  /**
   * Reads transfers that only the other endpoint lists, from that endpoint. Transactions that the
   * other endpoint cannot show become unread rows, which are read in the background and delay
   * nothing. Blocks that differ from the stored blocks are skipped, because the other endpoint may
   * be on another fork. Transactions with stored transfers are skipped too: if endpoints differ
   * about these, the quorum decides (MONEY 20).
   */
  async function readElsewhere(reader: ChainReader, logs: readonly Log[]): Promise<void> {
    const missed = await withoutRows((await differencesOf(logs)).missed)
    const blocks = new Map(missed.map(({ blockNumber, blockHash }) => [blockNumber, blockHash]))
    for (const [number, hash] of blocks) {
      if ((await store.storedHash(chain.id, number)) !== hash) continue
      const listed = missed.filter((one) => one.blockHash === hash)
      const doubtful = [...new Set(listed.map(({ transactionHash }) => transactionHash))]
      metrics.count('cut_log_answers', { chain: chain.name })
      log.warn(
        { height: number, transactions: doubtful.length, first: doubtful[0] },
        'node omitted transfers from a log search; reading them from another endpoint',
      )
      const options = { ...reading, doubtful }
      const found = await unlessEndpointFails(
        rereadRange(reader.endpoint(1), number, number, options, deps),
        (error) => log.warn({ error, height: number }, 'other endpoint does not show the block'),
      )
      metrics.count('late_transfers', { chain: chain.name }, found ?? 0)
      const left = await withoutRows((await differencesOf(listed)).missed)
      if (left.length > 0) await leaveUnread({ number, hash }, left)
    }
  }

  /** Returns the logs of transactions that have no stored transfer in the log's block. */
  async function withoutRows(logs: readonly Log[]): Promise<readonly Log[]> {
    if (logs.length === 0) return []
    const hashes = [...new Set(logs.map(({ transactionHash }) => transactionHash))]
    const stored = await store.storedTransfers(chain.id, hashes)
    const known = new Set(stored.map(({ txHash, blockHash }) => `${txHash} ${blockHash}`))
    return logs.filter((one) => !known.has(`${one.transactionHash} ${one.blockHash}`))
  }

  async function leaveUnread(
    block: Pick<BlockHeader, 'number' | 'hash'>,
    logs: readonly Log[],
  ): Promise<void> {
    const hashes = new Set(logs.map(({ transactionHash }) => transactionHash))
    const why =
      'an endpoint lists transfers of the transaction, but its receipt from that endpoint does not show them'
    const unread = [...hashes].map((hash) => ({
      ...leave(block, { hash, from: null, nonce: null }, why),
      own: false,
    }))
    const finds = { deposits: [], refills: [], ownTransactions: [], blocks: [], unread }
    reportStored(deps, await store.storeFinds(chain.id, block.number, finds), finds)
  }

  return {
    reportLate,
    async compare(reader, { own, both }) {
      const { missed, fewer } = await differencesOf(own)
      const differing = [...missed, ...fewer]
      if (differing.length > 0) await readAgain(reader, own, differing)
      if (both.length > distinctLogs(own).length) await readElsewhere(reader, both)
    },
  }
}

/** @returns undefined if the endpoint cannot answer, or contradicts itself */
async function unlessEndpointFails<T>(
  answer: Promise<T>,
  report: (error: unknown) => void,
): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (!isOfEndpoint(error)) throw error
    report(error)
    return undefined
  }
}

/** Whether the error comes from the endpoint or its chain, not from the database or our code. */
export function isOfEndpoint(error: unknown): boolean {
  const kinds = [ChainAnswerBad, ChainMoved, ChainRefused, ChainUnreachable]
  return kinds.some((kind) => error instanceof kind)
}
