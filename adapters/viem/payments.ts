import { type Hash, toAddress } from '../../domain/address.ts'
import type { DepositWitness, InnerPayment } from '../../domain/ports/deposit-witness.ts'
import type { ChainNodes } from './client.ts'
import { traceTransaction } from './trace-transaction.ts'
import { withReadableAnswers } from './with-readable-answers.ts'

/** What no receipt carries of one node's word: what a transaction pays by itself, and what code paid inside it. */
export interface Payments extends Pick<DepositWitness, 'payment'> {
  /** undefined where the node can't trace. */
  inner(hash: Hash, path: string): Promise<InnerPayment | null | undefined>
}

export function createPayments(nodes: ChainNodes): Payments {
  return withReadableAnswers<Payments>({
    async inner(hash, path) {
      const moved = await nodes.ask((client) => traceTransaction(client, hash))
      return moved && (moved.find((payment) => payment.path === path) ?? null)
    },
    payment: (hash) =>
      nodes.ask(async (client) => {
        const found = await client.request({ method: 'eth_getTransactionByHash', params: [hash] })
        if (!found) return undefined
        const { from, to, value } = found
        return {
          from: toAddress(from),
          to: to ? toAddress(to) : null,
          valueWei: BigInt(value),
        }
      }),
  })
}
