import { toAddress } from '../../domain/address.ts'
import type { DepositWitness } from '../../domain/ports/deposit-witness.ts'
import type { ChainNodes } from './client.ts'

/** The part of a transaction that no receipt carries: what it pays by itself. */
export function createPayments(nodes: ChainNodes): Pick<DepositWitness, 'payment'> {
  return {
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
  }
}
