import { createChainNodes } from '../../adapters/viem/client.ts'
import { traceTransaction } from '../../adapters/viem/trace-transaction.ts'
import type { ChainConfig } from '../../config/config.ts'
import { ChainAnswerBad, ChainRefused } from '../../domain/errors.ts'
import { type Finding, fault, well } from './finding.ts'

/** No transaction has it: a node that traces says so in words of its own, one that can't lacks the method. */
const nobodys = `0x${'0'.repeat(64)}` as const

/** MONEY 20: coin that contracts pay is handed on when `rpcQuorum` nodes trace it alike. */
export async function checkTracing(
  { id, rpcUrls, rpcQuorum, internalTransfers }: ChainConfig,
  path: string,
): Promise<readonly Finding[]> {
  if (internalTransfers !== 'trace') return []
  const able = await Promise.all(rpcUrls.map((url) => canTrace(id, url.reveal())))
  const count = able.filter(Boolean).length
  const where = `${path}.internalTransfers`
  if (count >= rpcQuorum) return [well(where, `${count} of ${rpcUrls.length} nodes trace`)]
  return [
    fault(
      'tracing',
      where,
      `${count} of ${rpcUrls.length} nodes trace, and ${rpcQuorum} must: coin that contracts pay would stay confirming(rpc-quorum)`,
      'give nodes with debug_traceTransaction or trace_transaction, lower rpcQuorum, or write internalTransfers: balance',
    ),
  ]
}

async function canTrace(chainId: number, url: string): Promise<boolean> {
  const nodes = createChainNodes({ chainId, urls: [url], timeoutMs: 5_000 })
  try {
    return (await nodes.ask((client) => traceTransaction(client, nobodys))) !== undefined
  } catch (error) {
    if (error instanceof ChainRefused || error instanceof ChainAnswerBad) return true
    return false
  }
}
