import type { Address, Hex } from '../domain/address.ts'
import type { BlockHeader } from '../domain/block.ts'
import type { Chain } from '../domain/chain.ts'
import type { ChainReader } from '../domain/ports/chain-reader.ts'
import type { Finds } from '../domain/ports/scan-store.ts'
import type { WalletStore } from '../domain/ports/wallet-store.ts'
import { findInBlocks } from './find-in-blocks.ts'
import { readInner } from './read-inner.ts'
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
  /** Given where a chain's inner transfers are traced; called for each block that a node without a tracer leaves untold. */
  readonly cannotTrace?: (() => void) | undefined
}

export interface RangeFinds extends Finds {
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
  const { chain, keepers, isWallet, wallets, mayHoldTransfers, width, cannotTrace } = reading
  const tokens = chain.tokens.map(({ id }) => id as Address)
  const range = await readRange(from, to, { reader, tokens, mayHoldTransfers, width })
  const readings = cannotTrace ? await readInner(range, { reader, width, cannotTrace }) : range
  const watch = { chainId: chain.id, tokens: new Set(tokens), keepers, isWallet }
  const finds = await findInBlocks(readings, { reader, watch, wallets, width })
  const [first, ...rest] = readings.map(({ block }) => toHeader(block))
  if (!first) throw new Error(`no blocks from ${from} to ${to}: the range is empty`)
  return { blocks: [first, ...rest], ...finds }
}

/** Without the transactions, which are not kept. */
function toHeader({ number, hash, parentHash, logsBloom, timestamp }: BlockHeader): BlockHeader {
  return { number, hash, parentHash, logsBloom, timestamp }
}
