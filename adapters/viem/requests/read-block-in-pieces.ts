import { numberToHex, type PublicClient } from 'viem'
import type { Hash } from '../../../domain/address.ts'
import type {
  Block,
  BlockHeader,
  BlockTransaction,
  UnreadableTransaction,
} from '../../../domain/chains/block.ts'
import { asksTooMuch } from '../../../domain/chains/nodes/node-limits.ts'
import { ChainAnswerBad, ChainMoved, ChainRefused } from '../../../domain/errors.ts'
import { mapFromRandomStart } from '../../../runtime/map-concurrently.ts'
import { isHollow, listedOnce, readTransaction, toHeader, type Untrusted } from '../decode/block.ts'
import { FieldUnreadable, hash32 } from '../decode/fields.ts'
import { orNull } from '../node-errors/not-found.ts'
import { translateChainError } from '../node-errors/translate-chain-error.ts'
import { askBlock, requireEmpty } from './ask-block.ts'

const atOnce = 4
/**
 * Longest time that failed requests of one block may delay the scan. Transactions that were not
 * requested by then are unreadable.
 */
const longestFailingMs = 30_000

type Entry = BlockTransaction | UnreadableTransaction

/**
 * Reads a block's transaction hashes, then each transaction by itself. If the node does not return
 * a transaction, only that transaction is unreadable.
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
      const why = `not requested yet: other transactions of its block took more than ${longestFailingMs} ms`
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

/** Reads the hash of a listed transaction. Some nodes list whole transactions instead of hashes. */
function hashOf(one: unknown): Hash {
  const isObject = typeof one === 'object' && one !== null
  return hash32(isObject ? (one as Untrusted)['hash'] : one, 'hash')
}

/**
 * Throws if the node no longer has the block, or is away. In both cases the failed transactions are
 * not unreadable: the node fails for all transactions of the block.
 */
async function requireBlock(client: PublicClient, { hash }: BlockHeader): Promise<void> {
  const block = await askBlock(client, hash, false)
  if (!block) throw new ChainMoved(`the node no longer has block ${hash}`)
}

/**
 * Requests a transaction by its index in the block, then by its hash. If both requests fail, the
 * transaction is unreadable, with both errors as the reason.
 * @throws ChainUnreachable if the node is away
 */
async function askOneTransaction(
  client: PublicClient,
  header: BlockHeader,
  hash: Hash,
  index: number,
): Promise<BlockTransaction | UnreadableTransaction> {
  const byPlace = () =>
    client.request({
      method: 'eth_getTransactionByBlockHashAndIndex',
      params: [header.hash, numberToHex(index)],
    })
  const byHash = () => client.request({ method: 'eth_getTransactionByHash', params: [hash] })
  const said: string[] = []
  for (const ask of [byPlace, byHash]) {
    try {
      return readListed(await orNull<unknown>(ask()), header, hash, index)
    } catch (error) {
      const translated = translateChainError(error)
      if (!isOfTransaction(translated)) throw translated
      said.push(translated.message)
      // After a slow or oversized answer the second request is skipped, because it would take as
      // long.
      if (asksTooMuch(translated)) break
    }
  }
  const why = [...new Set(said)].join('; then: ')
  return { hash, index, from: null, nonce: null, why }
}

function readListed(answer: unknown, header: BlockHeader, hash: Hash, index: number) {
  if (answer === null || answer === undefined) {
    throw new ChainAnswerBad('the node does not return the transaction that its block lists')
  }
  const read = readTransaction(answer, header, index, hash)
  if (read.hash !== hash) {
    throw new ChainAnswerBad(`block ${header.number} lists another transaction at ${index}`)
  }
  return read
}

function isOfTransaction(error: unknown): error is Error {
  return (
    error instanceof ChainAnswerBad ||
    error instanceof ChainRefused ||
    error instanceof FieldUnreadable ||
    asksTooMuch(error)
  )
}
