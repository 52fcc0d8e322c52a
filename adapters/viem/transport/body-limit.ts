import { isJsonObject } from './pruning.ts'

const mebibyte = 1024 * 1024

/**
 * Bytes of JSON per gas that an answer about a block may have. The largest honest ratio is that of
 * an empty log: 375 gas and up to 450 bytes, 1.2 bytes per gas. Calldata costs at least 4 gas (10
 * since EIP-7623) for a byte that takes 2 hex digits, 0.5 bytes per gas. The rest is margin for
 * indented JSON and for fields that a chain adds.
 */
const bytesPerGas = 4
/** A matched log has three topics: 1756 gas and up to 700 bytes, 0.4 bytes per gas. */
const searchBytesPerGas = 1.5
/** Gas limit used until a header is seen, and if a node reports less: a mainnet block of 2025. */
const assumedGas = 60_000_000

/**
 * Limit of answers whose size does not depend on a block's content. The node's own gas cap limits
 * the size of an `eth_call` answer.
 */
const ordinaryBytes = 16 * mebibyte
const leastBytes = 64 * mebibyte
/**
 * The hard ceiling, for chains that report no true gas limit (Arbitrum's is 2^50). It is enough for
 * 256 million gas in one block. An answer of this size is parsed in half a minute, as a stream that
 * keeps little in memory. Such an answer delays the chain, but does not stop it.
 */
const ceilingBytes = 1024 * mebibyte
/** All matched logs are kept in memory, at about twice their JSON size. */
const searchCeilingBytes = 256 * mebibyte
/**
 * Traces repeat calldata in every frame, up to 200 KB for 100 gas, so a trace can be larger than
 * any limit that follows from gas. If a block's trace is above the limit, each transaction is
 * traced by itself. If a transaction's trace is above the limit, the transaction is unreadable.
 */
const blockTraceCeilingBytes = 512 * mebibyte
const traceCeilingBytes = 128 * mebibyte

/** @param blockBytes bytes of JSON that a block with this gas limit may fill */
type LimitOf = (blockBytes: number, gas: number) => number

const limits: Readonly<Record<string, LimitOf>> = {
  eth_getTransactionReceipt: (bytes) => Math.min(bytes, ceilingBytes),
  eth_getBlockByNumber: (bytes) => Math.min(bytes, ceilingBytes),
  eth_getBlockByHash: (bytes) => Math.min(bytes, ceilingBytes),
  eth_getTransactionByHash: (bytes) => Math.min(bytes, ceilingBytes),
  eth_getTransactionByBlockHashAndIndex: (bytes) => Math.min(bytes, ceilingBytes),
  // The limit is not multiplied by the blocks of a range, because a caller whose answer is too
  // large asks for fewer blocks.
  eth_getLogs: (_, gas) => Math.min(gas * searchBytesPerGas, searchCeilingBytes),
  debug_traceBlockByHash: (bytes) => Math.min(bytes, blockTraceCeilingBytes),
  trace_block: (bytes) => Math.min(bytes, blockTraceCeilingBytes),
  debug_traceTransaction: (bytes) => Math.min(bytes, traceCeilingBytes),
  trace_transaction: (bytes) => Math.min(bytes, traceCeilingBytes),
}

/**
 * Returns the size of the largest answer to a method, in bytes. No block's content exceeds this
 * size, so a larger answer is the endpoint's error. Only traces may be larger (see above).
 * @param gasLimit highest gas limit in the endpoint's headers; 0 before the first header
 */
export function bodyLimit(method: string, gasLimit: number): number {
  const limit = limits[method]
  if (limit === undefined) return ordinaryBytes
  const gas = Math.max(gasLimit, assumedGas)
  return Math.max(leastBytes, Math.floor(limit(gas * bytesPerGas, gas)))
}

/** Records the highest gas limit in an endpoint's headers, which `bodyLimit` needs. */
export function createGasLimitWatch() {
  let highest = 0
  return {
    get highest() {
      return highest
    },
    see(method: string, result: unknown): void {
      if (!method.startsWith('eth_getBlockBy') || !isJsonObject(result)) return
      const gas = Number(result['gasLimit'])
      if (Number.isFinite(gas) && gas > highest) highest = gas
    },
  }
}
