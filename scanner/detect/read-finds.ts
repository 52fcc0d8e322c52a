import type { Address, Hash, Hex } from '../../domain/address.ts'
import type { Block, BlockHeader } from '../../domain/chains/block.ts'
import { type Chain, toleranceIn } from '../../domain/chains/chain.ts'
import { listedTransactions } from '../../domain/chains/listed-transactions.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import type { WalletStore } from '../../domain/scan/wallet-store.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'
import type { NodeLimits } from '../context/report-node-limits.ts'
import type { ScanDeps } from '../context/scan-deps.ts'
import type { BlockReading } from './find-hits.ts'
import { type BlockFinds, findInBlocks } from './find-in-blocks.ts'
import { readRange } from './read-range.ts'

/** Settings of a reading: how blocks are read, and which addresses and tokens are searched for. */
export interface FindsReading {
  readonly chain: Pick<Chain, 'id' | 'tokens'>
  /** Current and retired keepers. */
  readonly keepers: ReadonlySet<Address>
  /** Looks the address up in fingerprints: false positives are possible. */
  readonly isWallet: (address: Address) => boolean
  readonly wallets: Pick<WalletStore, 'matching'>
  readonly mayHoldTransfers: (logsBloom: Hex) => boolean
  /** Concurrent requests. */
  readonly width: number
  /**
   * Called for each block that runs code and that the node cannot trace. Set only if the chain's
   * internal transfers are traced.
   */
  readonly cannotTrace?: ((block: Block) => void) | undefined
  /** Transactions whose receipts are read in any case, and whose traces are read first. */
  readonly doubtful?: readonly Hash[]
  /** Called for a block of which the node omitted logs without an error. */
  readonly onCut?: ((block: BlockHeader) => void) | undefined
}

export interface RangeFinds extends BlockFinds {
  readonly blocks: readonly [BlockHeader, ...BlockHeader[]]
}

/**
 * Returns the settings of a reading with every keeper of the chain: stored keepers and the
 * configured keeper.
 */
export async function openReading(
  {
    chain,
    mayHoldTransfers,
    store,
    wallets,
    watch,
  }: Pick<ScanDeps, 'chain' | 'mayHoldTransfers' | 'store' | 'wallets' | 'watch'>,
  { cannotTrace, onCut }: NodeLimits,
  width: number,
): Promise<FindsReading> {
  const keepers = new Set([...(await store.keepers(chain.id)), chain.gasKeeper.address])
  const { isWallet } = watch
  return { chain, keepers, isWallet, wallets, mayHoldTransfers, width, cannotTrace, onCut }
}

/**
 * Reads blocks of consecutive heights from one node and returns the finds that concern our
 * addresses.
 * @param reader pinned to one node
 * @throws ChainMoved when the chain changed meanwhile; the caller reads again
 */
export async function readFinds(
  reader: ChainReader,
  from: bigint,
  to: bigint,
  reading: FindsReading,
): Promise<RangeFinds> {
  const { chain, keepers, isWallet, wallets, mayHoldTransfers, width, onCut } = reading
  const tokens = chain.tokens.map(({ id }) => id as Address)
  const found = await readRange(from, to, { reader, tokens, mayHoldTransfers, width, onCut })
  const readings = await withInternal(found.map(withDoubtful(reading.doubtful)), reader, reading)
  const watch = { chainId: chain.id, tokens: new Set(tokens), keepers, isWallet }
  const toleranceOf = (token: Address) => toleranceIn(chain, token)
  const finds = await findInBlocks(readings, { reader, watch, wallets, width, toleranceOf, onCut })
  const [first, ...rest] = readings.map(({ block }) => toHeader(block))
  if (!first) throw new Error(`no blocks from ${from} to ${to}: the range is empty`)
  return { blocks: [first, ...rest], ...finds }
}

const withDoubtful =
  (more: readonly Hash[] = []) =>
  (reading: BlockReading): BlockReading =>
    more.length === 0 ? reading : { ...reading, doubtful: [...(reading.doubtful ?? []), ...more] }

/** Adds internal transfers. Traces are expensive, so only blocks that run code are traced. */
async function withInternal(
  readings: readonly BlockReading[],
  reader: ChainReader,
  { width, cannotTrace, doubtful }: FindsReading,
): Promise<readonly BlockReading[]> {
  if (!cannotTrace) return readings
  return await mapConcurrently(readings, width, async (reading) => {
    if (!listedTransactions(reading.block).some(({ mayRunCode }) => mayRunCode)) return reading
    const traced = await reader.internalTransfers(reading.block, doubtful)
    if (traced === undefined) cannotTrace(reading.block)
    const { transfers: internal = [], unreadable: untraced = [] } = traced ?? {}
    return { ...reading, internal, untraced }
  })
}

/** Drops the transactions, which are not stored. */
function toHeader({ number, hash, parentHash, logsBloom, timestamp }: BlockHeader): BlockHeader {
  return { number, hash, parentHash, logsBloom, timestamp }
}
