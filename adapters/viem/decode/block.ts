import type { RpcBlock } from 'viem'
import type { Hash, Hex } from '../../../domain/address.ts'
import type {
  Block,
  BlockHeader,
  BlockTransaction,
  UnreadableTransaction,
} from '../../../domain/chains/block.ts'
import { ChainAnswerBad } from '../../../domain/errors.ts'
import { errorMessage } from '../../../runtime/error-message.ts'
import { addressOrNone, hash32, placeOf, quantity, quantityOr, timestampOf } from './fields.ts'
import { nobody } from './receipt.ts'

/** A node's object before validation. field-rules.ts has the rule of each field. */
export type Untrusted = Readonly<Record<string, unknown>>

/**
 * Reads a block's header.
 * @throws ChainAnswerBad for a pending block (without number or hash), or for a block at another
 * height than requested
 */
export function toHeader(answer: RpcBlock, height?: bigint): BlockHeader {
  const raw = answer as unknown as Untrusted
  const { number, hash } = raw
  const isPending = number === null || number === undefined || hash === null || hash === undefined
  if (isPending || (height !== undefined && quantity(number, 'number') !== height)) {
    throw new ChainAnswerBad(`asked for block ${height ?? 'latest'}, the node returned ${number}`)
  }
  return {
    number: quantity(number, 'number'),
    hash: hash32(hash, 'hash'),
    parentHash: hash32(raw['parentHash'], 'parentHash'),
    // Some chains have no bloom. The empty bloom `0x` excludes no transfer.
    logsBloom: bloomOf(raw['logsBloom']),
    timestamp: timestampOf(raw['timestamp'], 'timestamp'),
  }
}

function bloomOf(content: unknown): Hex {
  const isBloom = typeof content === 'string' && /^0x[0-9a-f]{512}$/i.test(content)
  return isBloom ? (content.toLowerCase() as Hex) : '0x'
}

/** Root of an empty trie. */
const emptyRoot = '0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421'

/**
 * Whether a block used gas but lists no transactions. Either the node has only the header, or the
 * chain uses gas for actions that it does not list (staking on Harmony, modules of Cosmos chains).
 * A block is not hollow if `transactionsRoot` is the root of an empty trie, which proves that the
 * block is empty.
 */
export function isHollow(answer: RpcBlock): boolean {
  const raw = answer as unknown as Untrusted
  const isEmpty = listOf(raw['transactions']).length === 0
  const root = raw['transactionsRoot']
  const isProven = typeof root === 'string' && root.toLowerCase() === emptyRoot
  return isEmpty && !isProven && quantityOr(raw['gasUsed'], 'gasUsed', 0n) > 0n
}

/** Whether a transaction of the answer lacks its hash. */
export function lacksHashes(answer: RpcBlock): boolean {
  return listOf((answer as unknown as Untrusted)['transactions']).some(
    (it) => typeof it === 'object' && it !== null && !hashOf(it as Untrusted),
  )
}

/**
 * Reads a block with its transactions. A transaction that can't be read is listed as unreadable.
 * @param hashes the hashes of the block's transactions, for entries of the answer without a hash
 * @throws ChainAnswerBad if the transactions are only hashes, or belong to another block
 */
export function toBlock(answer: RpcBlock, height: bigint, hashes: readonly Hash[] = []): Block {
  const header = toHeader(answer, height)
  const list = listOf((answer as unknown as Untrusted)['transactions'])
  const read = listedOnce(
    list.map((one, index) => readTransaction(one, header, index, hashes[index])),
  )
  return {
    ...header,
    transactions: read.flatMap((one) => ('why' in one ? [] : [one])),
    unreadable: read.flatMap((one) => ('why' in one ? [one] : [])),
  }
}

/**
 * Reads one entry of a block's transaction list. An entry with a field that can't be read is
 * unreadable.
 * @param listed the transaction's hash in the block's list of hashes
 * @throws ChainAnswerBad if the transaction belongs to another block, or its hash is unknown
 */
export function readTransaction(
  raw: unknown,
  { number, hash: blockHash }: BlockHeader,
  place: number,
  listed: Hash | undefined,
): BlockTransaction | UnreadableTransaction {
  const isObject = typeof raw === 'object' && raw !== null
  const of = isObject ? (raw as Untrusted)['blockHash'] : undefined
  const isOther = of !== null && of !== undefined && hash32(of, 'blockHash') !== blockHash
  if (!isObject || isOther) {
    throw new ChainAnswerBad(`block ${number} came with transactions that are not its own`)
  }
  const fields = raw as Untrusted
  const hash = hashOf(fields) ?? listed
  if (!hash) throw new ChainAnswerBad(`transaction ${place} of block ${number} has no hash`)
  const known = {
    hash,
    index: place,
    from: tryOr(null, () => senderOf(fields)),
    nonce: nonceOf(fields),
  }
  try {
    const to = addressOrNone(fields['to'], 'to')
    const transaction = {
      ...known,
      index: placeOf(fields['transactionIndex']) ?? place,
      to,
      value: quantity(fields['value'], 'value'),
      // Rollups count more gas for a plain transfer. There, more transactions are traced than
      // necessary, never fewer.
      mayRunCode: to === null || quantityOr(fields['gas'], 'gas', 21_001n) > 21_000n,
    }
    const from = senderOf(fields)
    if (from !== null) return { ...transaction, from }
    const senderless = { ...transaction, from: nobody, isSystem: isSystem(fields) }
    return { ...known, why: 'from is missing', senderless }
  } catch (error) {
    return { ...known, why: errorMessage(error) }
  }
}

const senderOf = (fields: Untrusted) => addressOrNone(fields['from'], 'from')

const hashOf = (fields: Untrusted) => tryOr(undefined, () => hash32(fields['hash'], 'hash'))

function nonceOf(fields: Untrusted): number | null {
  return tryOr(null, () => Number(quantity(fields['nonce'], 'nonce')))
}

/**
 * Whether the chain itself made the transaction. Users sign types 0 to 4; other types are the
 * chain's own (deposits from L1, system calls).
 */
function isSystem(fields: Untrusted): boolean {
  return tryOr(false, () => quantityOr(fields['type'], 'type', 0n) > 4n)
}

const listOf = (content: unknown): readonly unknown[] => (Array.isArray(content) ? content : [])

function tryOr<T, O>(otherwise: O, read: () => T): T | O {
  try {
    return read()
  } catch {
    return otherwise
  }
}

/**
 * Removes repeated transactions from a block's list (hiero-json-rpc-relay #4869). Otherwise the
 * scanner would credit a receipt once for each repetition.
 */
export function listedOnce<T extends { readonly hash: Hash }>(listed: readonly T[]): readonly T[] {
  const seen = new Set<Hash>()
  return listed.filter(({ hash }) => {
    const isFirst = !seen.has(hash)
    seen.add(hash)
    return isFirst
  })
}
