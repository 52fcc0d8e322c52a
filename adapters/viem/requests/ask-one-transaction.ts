import { numberToHex, type PublicClient } from 'viem'
import type { Hash } from '../../../domain/address.ts'
import type {
  BlockHeader,
  BlockTransaction,
  UnreadableTransaction,
} from '../../../domain/chains/block.ts'
import { asksTooMuch } from '../../../domain/chains/nodes/node-limits.ts'
import { ChainAnswerBad, ChainRefused } from '../../../domain/errors.ts'
import { readTransaction } from '../decode/block.ts'
import { FieldUnreadable } from '../decode/fields.ts'
import { translateChainError } from '../judge-error/errors.ts'
import { orNull } from '../judge-error/not-found.ts'

/**
 * Asks for a transaction by its place in the block, then by its hash. What fails both times is
 * unreadable, with both answers.
 * @throws ChainUnreachable where the node is away
 */
export async function askOneTransaction(
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
      // It would take as long again.
      if (asksTooMuch(translated)) break
    }
  }
  const why = [...new Set(said)].join('; then: ')
  return { hash, index, from: null, nonce: null, why }
}

function readListed(answer: unknown, header: BlockHeader, hash: Hash, index: number) {
  if (answer === null || answer === undefined) {
    throw new ChainAnswerBad('the node does not show the transaction that its block lists')
  }
  const read = readTransaction(answer, header, index, hash)
  if (read.hash !== hash) {
    throw new ChainAnswerBad(`block ${header.number} lists another at ${index}`)
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
