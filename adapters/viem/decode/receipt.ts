import type { RpcLog, RpcTransactionReceipt } from 'viem'
import type { Address, Hash, Hex } from '../../../domain/address.ts'
import type { Log, Receipt } from '../../../domain/chains/block.ts'
import { TransactionUnreadable, withoutSecrets } from '../../../domain/errors.ts'
import {
  address20,
  addressOrNone,
  FieldUnreadable,
  hash32,
  hexBytes,
  placeOf,
  quantity,
  quantityOr,
  quantityOrUndefined,
} from './fields.ts'

/**
 * A receipt after `transport/pruning-rules.ts` has pruned it: logs that can't be transfers are
 * dropped, and each remaining log has its `place` among all logs.
 */
type RawReceipt = Omit<RpcTransactionReceipt, 'logs'> &
  RollupReceipt & {
    readonly logs: readonly (RpcLog & { readonly place: number })[]
    readonly logCount: number
  }

/**
 * Reads one transaction's receipt. Returns undefined if the transaction is in no block: some nodes
 * return a receipt for a pending transaction too.
 * @throws TransactionUnreadable if a field can't be read, or for another transaction's receipt
 */
export function readReceipt(hash: Hash, answer: RpcTransactionReceipt | null): Receipt | undefined {
  // The transaction is pending, or the node is still writing the receipt.
  if (!answer?.blockHash) return undefined
  const receipt = readable(hash, answer)
  if (receipt.transactionHash !== hash)
    throw new TransactionUnreadable(
      hash,
      `asked for the receipt of ${hash}, the node returned another’s`,
    )
  return receipt
}

function readable(hash: Hash, answer: RpcTransactionReceipt): Receipt {
  try {
    return toReceipt(answer, hash)
  } catch (error) {
    const words = error instanceof Error ? withoutSecrets(error.message) : 'no receipt'
    throw new TransactionUnreadable(hash, `the receipt of ${hash} can’t be read: ${words}`)
  }
}

/**
 * Reads a receipt. Throws if a required field can't be read.
 * @param asked hash of the requested transaction, used if the receipt names none
 */
export function toReceipt(answer: RpcTransactionReceipt, asked?: Hash): Receipt {
  // viem types the node's whole answer; the transport has pruned it.
  const raw = answer as unknown as RawReceipt
  const blockHash = hash32(raw.blockHash, 'blockHash')
  const blockNumber = quantity(raw.blockNumber, 'blockNumber')
  const transactionHash = hash32(raw.transactionHash ?? asked, 'transactionHash')
  const of = { blockHash, blockNumber, transactionHash }
  return {
    ...of,
    transactionIndex: placeOf(raw.transactionIndex) ?? notTold,
    from: addressOrNone(raw.from, 'from') ?? nobody,
    to: addressOrNone(raw.to, 'to'),
    ok: succeeded(raw),
    gasUsed: quantity(raw.gasUsed, 'gasUsed'),
    // If the receipt omits the price, `withGasPrice` derives it from the transaction.
    effectiveGasPriceWei: quantityOrUndefined(raw.effectiveGasPrice) ?? 0n,
    l1FeeWei: rollupFeeOf(raw),
    logs: logsOf(raw).map((log) => ({ ...toReceiptLog(log, of), place: log.place })),
    logCount: raw.logCount ?? 0,
  }
}

/** Marks a receipt that names no index. Callers then use the index in the block's list. */
const notTold = -1

/** The zero address, used as the sender of a transaction that nobody signed. */
export const nobody: Address = `0x${'0'.repeat(40)}`

/** Some chains write null for an empty list. A receipt without the field may be incomplete. */
function logsOf({ logs }: RawReceipt): RawReceipt['logs'] {
  if (logs === undefined) throw new FieldUnreadable('logs', logs)
  return logs ?? []
}

/**
 * Whether the transaction succeeded. A receipt without a status but with logs means success,
 * because a failed transaction has no logs.
 */
function succeeded({ status, logCount }: RawReceipt): boolean {
  const told = quantityOr(status, 'status', null)
  if (told !== null) return told === 1n
  if ((logCount ?? 0) > 0) return true
  throw new FieldUnreadable('status', status)
}

/** Whether a block hash is missing, or zero as in logs of system transactions (bsc #443). */
export function namesNoBlock(blockHash: unknown): boolean {
  return (
    blockHash === null ||
    blockHash === undefined ||
    (typeof blockHash === 'string' && /^0x0*$/.test(blockHash))
  )
}

/**
 * Reads a log of a receipt. The log's own block hash is ignored in favour of the receipt's, because
 * some nodes keep the hash from before the block was sealed (victionchain #429). A log at another
 * height is an error.
 */
function toReceiptLog(
  raw: RpcLog,
  receipt: Pick<Log, 'blockHash' | 'blockNumber' | 'transactionHash'>,
): Log {
  if (raw.removed === true) throw new TypeError('a log of it is removed')
  const height = quantityOr(raw.blockNumber, 'blockNumber', receipt.blockNumber)
  if (height !== receipt.blockNumber) throw new TypeError('a log of it is of another block')
  return { ...receipt, ...contentOf(raw) }
}

/**
 * Reads a log of a search. A log with unreadable content still names its transaction, so the caller
 * can request the receipt.
 * @throws if the log names no transaction or no block
 */
export function toLog(raw: RpcLog): Log {
  const place = {
    blockNumber: quantity(raw.blockNumber, 'blockNumber'),
    blockHash: hash32(raw.blockHash, 'blockHash'),
    transactionHash: hash32(raw.transactionHash, 'transactionHash'),
  }
  try {
    return { ...place, ...contentOf(raw) }
  } catch {
    return { ...place, address: nobody, topics: [], data: '0x', logIndex: 0, unreadable: true }
  }
}

function contentOf({ address, topics, data, logIndex }: RpcLog) {
  if (!Array.isArray(topics)) throw new FieldUnreadable('topics', topics)
  return {
    address: address20(address, 'address'),
    topics: topics.map((topic) => hash32(topic, 'topics')),
    data: hexBytes(data, 'data'),
    logIndex: Number(quantityOr(logIndex, 'logIndex', 0n)),
  }
}

/** Fields that rollups add to a receipt; other chains have none of them. */
export interface RollupReceipt {
  readonly gasUsed: Hex
  readonly type?: unknown
  readonly l1Fee?: Hex
  readonly operatorFeeScalar?: Hex
  readonly operatorFeeConstant?: Hex
  /** Since the Jovian upgrade, which also changed the operator fee's unit. */
  readonly daFootprintGasScalar?: Hex
}

/**
 * Returns, in wei, the fee that a mined transaction paid in addition to gas × price: L1 fee +
 * operator fee. The receipt has only the operator fee's parameters. The fee is
 * gas × scalar / 10^6 + constant; since Jovian, gas × scalar × 100 + constant.
 */
export function rollupFeeOf(receipt: RollupReceipt): bigint {
  const l1FeeWei = BigInt(receipt.l1Fee ?? '0x0')
  const scaled = BigInt(receipt.gasUsed) * BigInt(receipt.operatorFeeScalar ?? '0x0')
  const perGasWei = receipt.daFootprintGasScalar === undefined ? scaled / 1_000_000n : scaled * 100n
  return l1FeeWei + perGasWei + BigInt(receipt.operatorFeeConstant ?? '0x0')
}
