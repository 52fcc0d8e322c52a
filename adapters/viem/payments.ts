import type { PublicClient } from 'viem'
import type { Address, Hash } from '../../domain/address.ts'
import type { DepositWitness, InternalPayment } from '../../domain/scan/deposit-witness.ts'
import type { ChainNodes } from './client.ts'
import { withReadableAnswers } from './decode/answers.ts'
import { addressOrNone, quantity } from './decode/fields.ts'
import { nobody, readReceipt } from './decode/receipt.ts'
import { orNull } from './node-errors/not-found.ts'
import { traceTransaction } from './traces/trace-transaction.ts'

/**
 * Facts that receipts lack, according to one node: the value that a transaction pays, and the
 * payments of contracts inside it.
 */
export interface Payments extends Pick<DepositWitness, 'payment'> {
  /**
   * How often contracts made exactly this payment inside the transaction; undefined if the node
   * can't trace.
   */
  countInternalPayments(hash: Hash, payment: InternalPayment): Promise<number | undefined>
}

/** Reads payments of native coin, from transactions and from their traces. */
export function createPayments(nodes: ChainNodes): Payments {
  return withReadableAnswers<Payments>({
    async countInternalPayments(hash, { from, to, value }) {
      const moved = await nodes.ask(async (client) => {
        const transaction = { hash, ...(await partiesOf(client, hash)) }
        return await traceTransaction(client, transaction)
      })
      return moved?.filter((it) => it.from === from && it.to === to && it.value === value).length
    },
    payment: (hash) =>
      nodes.ask(async (client) => {
        const found = await client.request({ method: 'eth_getTransactionByHash', params: [hash] })
        if (!found) return undefined
        const { from, to, value } = found
        return {
          from: addressOrNone(from, 'from') ?? (await receiptSender(client, hash)),
          to: addressOrNone(to, 'to'),
          valueWei: quantity(value, 'value'),
        }
      }),
  })
}

/**
 * Reads the sender and recipient of the call that the trace must begin with. `from` is null if the
 * node omits the sender or the transaction; `to` is undefined if the node omits the transaction.
 */
async function partiesOf(client: PublicClient, hash: Hash) {
  const params = [hash] as [Hash]
  const found = await orNull(client.request({ method: 'eth_getTransactionByHash', params }))
  if (!found) return { from: null, to: undefined }
  return { from: addressOrNone(found.from, 'from'), to: addressOrNone(found.to, 'to') }
}

/** Returns the receipt's sender, as the scanner does for a transaction that names no sender. */
async function receiptSender(client: PublicClient, hash: Hash): Promise<Address> {
  const params = [hash] as [Hash]
  const answer = await orNull(client.request({ method: 'eth_getTransactionReceipt', params }))
  return readReceipt(hash, answer)?.from ?? nobody
}
