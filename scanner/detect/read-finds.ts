import type { Address, Hash, Hex } from '../../domain/address.ts'
import type { Block, BlockHeader } from '../../domain/chains/block.ts'
import { type Chain, toleranceIn } from '../../domain/chains/chain.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import type { WalletStore } from '../../domain/scan/wallet-store.ts'
import type { BlockReading } from './find-hits.ts'
import { type BlockFinds, findInBlocks } from './find-in-blocks.ts'
import { readInner } from './read-internal.ts'
import { readRange } from './read-range.ts'

export interface FindsReading {
  readonly chain: Pick<Chain, 'id' | 'tokens'>
  /** Current and retired. */
  readonly keepers: ReadonlySet<Address>
  /** By fingerprints. */
  readonly isWallet: (address: Address) => boolean
  readonly wallets: Pick<WalletStore, 'matching'>
  readonly mayHoldTransfers: (logsBloom: Hex) => boolean
  /** Requests under way at once. */
  readonly width: number
  /**
   * Given where a chain's inner transfers are traced; called for each block that a node without a
   * tracer leaves untold.
   */
  readonly cannotTrace?: ((block: Block) => void) | undefined
  /** Transactions whose receipts are read in any case, and whose traces come first. */
  readonly doubtful?: readonly Hash[]
  /** Called for a block of which the node has left out logs without an error. */
  readonly onCut?: ((block: BlockHeader) => void) | undefined
}

export interface RangeFinds extends BlockFinds {
  readonly blocks: readonly [BlockHeader, ...BlockHeader[]]
}

/**
 * Reads blocks of consecutive heights from one node and finds what concerns us.
 * @param reader held to one node
 * @throws ChainMoved when the chain changed meanwhile: read again
 */
export async function readFinds(
  reader: ChainReader,
  from: bigint,
  to: bigint,
  reading: FindsReading,
): Promise<RangeFinds> {
  const { chain, keepers, isWallet, wallets, mayHoldTransfers, width, cannotTrace, onCut } = reading
  const tokens = chain.tokens.map(({ id }) => id as Address)
  const found = await readRange(from, to, { reader, tokens, mayHoldTransfers, width, onCut })
  const range = reading.doubtful ? found.map((one) => withDoubtful(one, reading.doubtful)) : found
  const readings = cannotTrace
    ? await readInner(range, { reader, width, cannotTrace, first: reading.doubtful })
    : range
  const watch = { chainId: chain.id, tokens: new Set(tokens), keepers, isWallet }
  const toleranceOf = (token: Address) => toleranceIn(chain, token)
  const finds = await findInBlocks(readings, { reader, watch, wallets, width, toleranceOf, onCut })
  const [first, ...rest] = readings.map(({ block }) => toHeader(block))
  if (!first) throw new Error(`no blocks from ${from} to ${to}: the range is empty`)
  return { blocks: [first, ...rest], ...finds }
}

function withDoubtful(reading: BlockReading, more: readonly Hash[] = []): BlockReading {
  return { ...reading, doubtful: [...(reading.doubtful ?? []), ...more] }
}

/** Without the transactions, which are not kept. */
function toHeader({ number, hash, parentHash, logsBloom, timestamp }: BlockHeader): BlockHeader {
  return { number, hash, parentHash, logsBloom, timestamp }
}
