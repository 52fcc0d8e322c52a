import type { PublicClient } from 'viem'
import type { Hash } from '../../../domain/address.ts'
import type {
  Block,
  BlockHeader,
  BlockTransaction,
  UnreadableTransaction,
} from '../../../domain/chains/block.ts'
import { ChainMoved } from '../../../domain/errors.ts'
import { mapFromRandomStart } from '../../../runtime/map-concurrently.ts'
import { isHollow, toHeader, type Untrusted } from '../decode/block.ts'
import { hash32 } from '../decode/fields.ts'
import { listedOnce } from '../decode/listed-once.ts'
import { askBlock } from './ask-block.ts'
import { askOneTransaction } from './ask-one-transaction.ts'
import { requireEmpty } from './require-empty.ts'

const atOnce = 4
/**
 * Failed questions of one block may hold up the cursor for so long; what is not asked for by then
 * is unreadable.
 */
const longestFailingMs = 30_000

type Entry = BlockTransaction | UnreadableTransaction

/**
 * Reads a block's hashes, then each transaction. A transaction that the node cannot show, while it
 * still shows the block, is unreadable alone.
 * @throws ChainMoved when the node no longer has the block after a failure
 */
export async function readBlockInPieces(
  client: PublicClient,
  which: bigint | Hash,
): Promise<Block | undefined> {
  const block = await askBlock(client, which, false)
  if (!block) return undefined
  const header = toHeader(block, typeof which === 'bigint' ? which : undefined)
  if (isHollow(block)) await requireEmpty(client, header)
  const given: readonly unknown[] = block.transactions ?? []
  const listed = listedOnce(given.map((one, index) => ({ hash: hashOf(one), index })))
  let failingMs = 0
  const read = await mapFromRandomStart(listed, atOnce, async ({ hash, index }): Promise<Entry> => {
    if (failingMs > longestFailingMs) {
      const why = `not asked for yet: other transactions of its block took more than ${longestFailingMs} ms`
      return { hash, index, from: null, nonce: null, why }
    }
    const began = performance.now()
    const one: Entry = await askOneTransaction(client, header, hash, index)
    if ('why' in one) failingMs += (performance.now() - began) / atOnce
    return one
  })
  const unreadable = read.flatMap((one) => ('why' in one ? [one] : []))
  if (unreadable.length > 0) await requireBlock(client, header)
  return { ...header, transactions: read.flatMap((one) => ('why' in one ? [] : [one])), unreadable }
}

/** Some nodes list whole transactions where hashes were asked for. */
function hashOf(one: unknown): Hash {
  const isObject = typeof one === 'object' && one !== null
  return hash32(isObject ? (one as Untrusted)['hash'] : one, 'hash')
}

/**
 * A block that is gone takes its transactions along, and a node that is away answers for none of
 * them.
 */
async function requireBlock(client: PublicClient, { hash }: BlockHeader): Promise<void> {
  const block = await askBlock(client, hash, false)
  if (!block) throw new ChainMoved(`the node has no block ${hash} any more`)
}
