import { parseTransaction, recoverTransactionAddress, type TransactionSerialized } from 'viem'
import type { RpcAnswer, RpcRequest } from '../../harness/proxies/faults.ts'

type Ask = (method: string, params: readonly unknown[]) => Promise<RpcAnswer>

/**
 * Returns a function that decides whether a request is about one wallet. The function caches its
 * result for each transaction, because the parties of a transaction never change.
 * @param names whether a JSON value contains the wallet
 * @param ask asks the real node
 */
export function createConcerns(names: (value: unknown) => boolean, ask: Ask) {
  const known = new Map<string, boolean>()

  /**
   * Whether the transaction or its receipt contains the wallet. `false` is cached only if the
   * receipt exists, because its logs may contain the wallet.
   */
  async function transactionNames(hash: string): Promise<boolean> {
    const kept = known.get(hash)
    if (kept !== undefined) return kept
    const { result } = await ask('eth_getTransactionByHash', [hash])
    if (!result) return false
    const receipt = (await ask('eth_getTransactionReceipt', [hash])).result
    const answer = names(result) || names(receipt)
    if (answer || receipt) known.set(hash, answer)
    return answer
  }

  return async ({ method, params }: RpcRequest): Promise<boolean> => {
    if (names(params)) return true
    const [first] = params
    if (typeof first !== 'string') return false
    if (method === 'eth_sendRawTransaction') {
      const raw = first as TransactionSerialized
      return (
        names(await recoverTransactionAddress({ serializedTransaction: raw })) ||
        names(parseTransaction(raw).to)
      )
    }
    return /Transaction/.test(method) && /^0x[0-9a-f]{64}$/i.test(first)
      ? await transactionNames(first)
      : false
  }
}
