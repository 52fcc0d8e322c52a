import type { RpcLog, RpcTransactionReceipt } from 'viem'
import type { Address, Hash, Hex } from '../../domain/address.ts'
import type { Log, Receipt } from '../../domain/block.ts'
import { ChainAnswerBad } from '../../domain/errors.ts'
import { type RollupReceipt, rollupFeeOf } from './rollup-fee.ts'

/**
 * The answer to a question for one transaction's receipt; undefined where it is in no block: some nodes answer for a pending one too.
 * @throws ChainAnswerBad when it is another transaction's
 */
export function readReceipt(
  hash: Hash,
  raw: (RpcTransactionReceipt & RollupReceipt) | null,
): Receipt | undefined {
  if (!raw?.blockHash) return undefined
  const receipt = toReceipt(raw)
  if (receipt.transactionHash !== hash)
    throw new ChainAnswerBad(`asked for the receipt of ${hash}, the node gave another’s`)
  return receipt
}

export function toReceipt(raw: RpcTransactionReceipt & RollupReceipt): Receipt {
  return {
    transactionHash: lower(raw.transactionHash),
    transactionIndex: Number(raw.transactionIndex),
    blockNumber: BigInt(raw.blockNumber),
    blockHash: lower(raw.blockHash),
    from: lower(raw.from),
    to: raw.to ? lower(raw.to) : null,
    ok: BigInt(raw.status) === 1n,
    gasUsed: BigInt(raw.gasUsed),
    effectiveGasPriceWei: BigInt(raw.effectiveGasPrice ?? '0x0'),
    l1FeeWei: rollupFeeOf(raw),
    logs: raw.logs.map(toLog),
  }
}

/** A log without block (a pending one) gets the hash `0x`, which is no block's. */
export function toLog(raw: RpcLog): Log {
  return {
    address: lower(raw.address),
    topics: raw.topics.map(lower),
    data: lower(raw.data),
    blockNumber: BigInt(raw.blockNumber ?? '0x0'),
    blockHash: lower(raw.blockHash ?? '0x'),
    transactionHash: lower(raw.transactionHash ?? '0x'),
    logIndex: Number(raw.logIndex ?? '0x0'),
  }
}

function lower<T extends Address | Hash | Hex>(hex: T): T {
  return hex.toLowerCase() as T
}
