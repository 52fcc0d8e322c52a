import { isTransferShaped } from '../../../domain/chains/erc20.ts'
import { compactFrame } from '../traces/call-frames.ts'
import { isQuietTrace } from '../traces/parity-traces.ts'
import { isJsonObject, type PruningRule, type ReadList } from './pruning.ts'

/**
 * Longest calldata that is kept. The calldata of coldsweep's transactions is shorter. Of longer
 * calldata only the first characters are kept and compared.
 */
const inputCharacters = 4_096

/**
 * Drops logs without the shape of an ERC-20 transfer. The kept logs get their `place` among all
 * logs of the receipt.
 */
function receiptElement(element: unknown, list: ReadList): unknown {
  if (list.key !== 'logs' || !isJsonObject(element)) return element
  const place = list.place
  list.place += 1
  const { topics, data } = element
  return isTransferShaped(topics, data) ? { ...element, place } : undefined
}

const receipt: PruningRule = {
  skip: new Set(['logsBloom']),
  element: receiptElement,
  counts: new Map([['logs', 'logCount']]),
}

const block: PruningRule = {
  skip: new Set([
    ...['input', 'data', 'accessList', 'authorizationList', 'blobVersionedHashes'],
    ...['uncles', 'withdrawals'],
  ]),
}

const transaction: PruningRule = {
  skip: new Set(['accessList', 'blobVersionedHashes']),
  cut: new Map([
    ['input', inputCharacters],
    ['data', inputCharacters],
  ]),
}

/** Dropped texts of a trace. `structLogs` come from a node that ignores the requested tracer. */
const tracedTexts = ['input', 'output', 'revertReason', 'init', 'code', 'logs', 'structLogs']

const frames: PruningRule = {
  skip: new Set(tracedTexts),
  element: (element, list) => (list.key === 'calls' ? compactFrame(element, list) : element),
}

const traces: PruningRule = {
  skip: new Set(tracedTexts),
  element: (element, list) =>
    list.key === 'result' && isQuietTrace(element) ? undefined : element,
}

/** Pruning rules by JSON-RPC method. The answer to a method without a rule is kept whole. */
export const pruningRules: Readonly<Record<string, PruningRule>> = {
  eth_getTransactionReceipt: receipt,
  eth_getBlockByNumber: block,
  eth_getBlockByHash: block,
  eth_getTransactionByHash: transaction,
  eth_getTransactionByBlockHashAndIndex: transaction,
  debug_traceBlockByHash: frames,
  debug_traceTransaction: frames,
  trace_block: traces,
  trace_transaction: traces,
}
