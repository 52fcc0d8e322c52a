import type { PublicClient, RpcTransaction } from 'viem'
import type { Hash, Hex } from '../../domain/address.ts'
import type { Block, BlockTransaction } from '../../domain/chains/block.ts'
import type { Rollup } from '../../domain/chains/fees.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import type {
  FoundTransaction,
  SignedCall,
  TransactionFinder,
} from '../../domain/chains/nodes/transaction-finder.ts'
import { ChainMoved, ChainRefused } from '../../domain/errors.ts'
import { createChainReader } from './chain-reader.ts'
import type { ChainNodes } from './client.ts'
import { withReadableAnswers } from './decode/answers.ts'
import { address20, addressOrNone, quantity, quantityOrUndefined } from './decode/fields.ts'
import { orNull } from './node-errors/not-found.ts'

/**
 * Finds a transaction by its hash and reads it as the scanner does: from its block, its receipt and
 * its trace.
 */
export function createTransactionFinder(
  chainId: number,
  nodes: ChainNodes,
  rollup: Rollup = 'none',
): TransactionFinder {
  const reader = createChainReader(chainId, nodes, rollup)
  /** `endpoint` counts from the endpoint in use. */
  const at = (index: number) => reader.endpoint((index - nodes.pin() + nodes.count) % nodes.count)
  return withReadableAnswers<TransactionFinder>({
    async find(hash) {
      let pending: FoundTransaction | undefined
      let failure: unknown
      let answered = 0
      for (let offset = 0; offset < nodes.count; offset += 1) {
        try {
          const raw = await nodes.askPinned(offset, (client) => lookUp(client, hash))
          answered += 1
          if (raw?.blockHash) return await readMined(at(offset), raw, hash)
          if (raw) pending ??= pendingOf(raw)
        } catch (error) {
          failure = error
        }
      }
      // An endpoint that failed may be the one that has the transaction.
      if (pending) return pending
      if (answered < nodes.count) throw failure
      return { kind: 'absent' }
    },
  })
}

function lookUp(client: PublicClient, hash: Hash): Promise<RpcTransaction | null> {
  const params = [hash] as [Hash]
  return orNull(client.request({ method: 'eth_getTransactionByHash', params }))
}

function pendingOf(raw: RpcTransaction): FoundTransaction {
  const transaction = {
    from: address20(raw.from, 'from'),
    to: addressOrNone(raw.to, 'to'),
    value: quantity(raw.value, 'value'),
  }
  const nonce = quantity(raw.nonce, 'nonce')
  return { kind: 'pending', transaction, nonce, call: signedCallOf(raw) }
}

/** Older nodes name the calldata `data`. A long calldata was cut and may end inside a byte. */
function signedCallOf(raw: RpcTransaction): SignedCall {
  const { input, data, gas } = raw as { input?: unknown; data?: unknown; gas?: unknown }
  const text = typeof input === 'string' ? input : data
  const isHex = typeof text === 'string' && /^0x[0-9a-f]*$/i.test(text)
  return {
    input: isHex ? (text.toLowerCase() as Hex) : '0x',
    gasLimit: quantityOrUndefined(gas) ?? null,
  }
}

async function readMined(
  reader: ChainReader,
  raw: RpcTransaction,
  hash: Hash,
): Promise<FoundTransaction> {
  const height = quantity(raw.blockNumber, 'blockNumber')
  const [block, receipt] = await Promise.all([reader.block(height), reader.receipt(hash)])
  const transaction = block?.transactions.find((one) => one.hash === hash)
  if (!block || !receipt || !transaction || receipt.blockHash !== block.hash) {
    throw new ChainMoved(`transaction ${hash} is no longer in block ${height}`)
  }
  const internal = await internalOf(reader, block, transaction)
  return { kind: 'mined', block, transaction, call: signedCallOf(raw), receipt, internal }
}

async function internalOf(reader: ChainReader, block: Block, transaction: BlockTransaction) {
  if (!transaction.mayRunCode) return []
  const { hash } = transaction
  try {
    const traced = await reader.internalTransfers(block, [hash])
    if (!traced || traced.unreadable.some((one) => one.hash === hash)) return undefined
    return traced.transfers.filter(({ transactionHash }) => transactionHash === hash)
  } catch (error) {
    if (error instanceof ChainRefused) return undefined
    throw error
  }
}
