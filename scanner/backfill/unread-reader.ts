import type { Address, Hash } from '../../domain/address.ts'
import type { Block } from '../../domain/chains/block.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import { mapBounded } from '../../domain/map-bounded.ts'
import { pause } from '../../domain/pause.ts'
import type { Finds, Stored } from '../../domain/scan/scan-store.ts'
import type { DueUnread } from '../../domain/scan/unread-store.ts'
import { tellStored } from '../context/report-stored.ts'
import type { ScanDeps } from '../context/scan-deps.ts'
import { type FindsReading, type RangeFinds, readFinds } from '../detect/read-finds.ts'
import { keptWithoutTrace } from './kept-without-trace.ts'
import { listedWhereMined } from './listed-where-mined.ts'
import { onlyOpenTraces } from './only-open-traces.ts'
import { createUnreadAlarm } from './unread-alarm.ts'

type UnreadDeps = Pick<
  ScanDeps,
  'chain' | 'clock' | 'hints' | 'log' | 'metrics' | 'reader' | 'store'
>

/**
 * Reads blocks with unread transactions again, beside the scan: a slow answer never delays the
 * cursor.
 */
export interface UnreadReader {
  /** Ends with the signal; failures are tried again later. */
  run(leading: AbortSignal): Promise<void>
  /** Whether deposits were stored since the last call: they may be final already. */
  takeFound(): boolean
}

const lookMs = 1_000
/** Blocks of one look, and of them at once. */
const blocksAtOnce = 8
const width = 2

/** @param reading as the scan has it now; undefined before its first step */
export function createUnreadReader(
  deps: UnreadDeps,
  reading: () => FindsReading | undefined,
  found: () => void,
): UnreadReader {
  const { chain, log, store } = deps
  const alarm = createUnreadAlarm(deps)
  let isFound = false

  async function look(with_: FindsReading, leading: AbortSignal): Promise<void> {
    const due = await store.dueUnread(chain.id, blocksAtOnce)
    // A keeper that the scan does not know yet: its next step opens anew with it (MONEY 13).
    const keepers = due.length === 0 ? [] : await store.keepers(chain.id)
    if (keepers.every((address) => with_.keepers.has(address))) {
      await mapBounded(due, width, async (block) => {
        if (!leading.aborted) await readAgain(with_, block)
      })
    }
    await alarm.look()
  }

  async function readAgain(with_: FindsReading, block: DueUnread): Promise<void> {
    try {
      const stored = await rereadBlock(deps, with_, block)
      if (!stored) return
      if (stored.readAtLast.length > 0) {
        log.info(
          { block: block.blockNumber, transactions: stored.readAtLast },
          'unread transactions were read at last',
        )
      }
      if (stored.detected.length === 0) return
      isFound = true
      found()
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error)
      log.debug({ error, block: block.blockNumber }, 'unread transactions still cannot be read')
      await store.noteUnreadTry(chain.id, block, words)
    }
  }

  return {
    async run(leading) {
      while (!leading.aborted) {
        const current = reading()
        try {
          if (current) await look(current, leading)
        } catch (error) {
          log.warn({ error }, 'reading unread transactions again failed; retrying')
        }
        await pause(lookMs, leading)
      }
    },
    takeFound() {
      const was = isFound
      isFound = false
      return was
    },
  }
}

/**
 * From another endpoint at each try. The commit binds what is found to the stored block.
 * @returns undefined where the endpoint shows another block in that place: a rewind is about to
 * remove the rows
 */
async function rereadBlock(
  deps: UnreadDeps,
  reading: FindsReading,
  { blockNumber, blockHash, transactions: doubtful, tries }: DueUnread,
  isWhereMined = false,
): Promise<Stored | undefined> {
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
    throw new Error(`an endpoint shows block ${hash} at height ${blockNumber}`)
  }
  const gone = new Set([
    ...(await goneFrom(hash, found, reader, chain)),
    ...(isWhereMined ? [] : await readWhereMined(deps, reading, found, tries)),
  ])
  const { transactions, unlisted, ...finds } = found
  const still = finds.unread.filter((one) => !gone.has(one.hash))
  const left = await onlyOpenTraces(store, chain.id, still)
  const unread = await keptWithoutTrace(store, chain.id, left, untraced)
  const brought = new Set([
    ...finds.deposits.map(({ txHash }) => txHash),
    ...finds.ownTransactions.map((one) => one.hash),
  ])
  const readWhole = transactions
    .map(({ txHash }) => txHash)
    // Its block may leave out what it paid by itself: another endpoint's block is asked for.
    .filter((one) => !unlisted.has(one) || brought.has(one))
  const late: Finds = {
    ...finds,
    unread,
    blocks: [],
    reread: finds.blocks,
    readWhole: [...readWhole, ...gone],
  }
  const stored = await store.storeFinds(chain.id, blockNumber, late)
  tellStored(deps, stored, late)
  return stored
}

/**
 * Rows of transactions that the block never had: no endpoint has a receipt of them there, and no
 * block or search lists them.
 */
async function goneFrom(
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

/** @returns those that were read where their receipts say that they are: their rows here go */
async function readWhereMined(
  deps: UnreadDeps,
  reading: FindsReading,
  { unread }: RangeFinds,
  tries: number,
): Promise<readonly Hash[]> {
  const read: Hash[] = []
  for (const { hash, minedIn } of await listedWhereMined(deps, unread, tries)) {
    const there = { blockNumber: minedIn.number, blockHash: minedIn.hash, transactions: [hash] }
    if (await rereadBlock(deps, reading, { ...there, tries }, true)) read.push(hash)
  }
  return read
}
