import type { RpcBlock, RpcTransaction } from 'viem'
import type { Hex } from '../../domain/address.ts'
import type { Block, BlockHeader, BlockTransaction } from '../../domain/block.ts'
import { ChainAnswerBad } from '../../domain/errors.ts'

/** @throws ChainAnswerBad for a block without number or hash (a pending one), or of another height than was asked for */
export function toHeader(raw: RpcBlock, height?: bigint): BlockHeader {
  const { number, hash } = raw
  if (number === null || hash === null || (height !== undefined && BigInt(number) !== height)) {
    throw new ChainAnswerBad(`asked for block ${height ?? 'latest'}, the node gave ${number}`)
  }
  return {
    number: BigInt(number),
    hash: lower(hash),
    parentHash: lower(raw.parentHash),
    // Some chains serve none, which then rules nothing out.
    logsBloom: raw.logsBloom ?? '0x',
    timestamp: BigInt(raw.timestamp),
  }
}

/** @throws ChainAnswerBad also when the transactions are left out, hashes only, or of another block */
export function toBlock(raw: RpcBlock, height: bigint): Block {
  const header = toHeader(raw, height)
  if (raw.transactions.length === 0 && BigInt(raw.gasUsed ?? 0) > 0n) {
    throw new ChainAnswerBad(`block ${height} used gas, and came without transactions`)
  }
  const transactions = (raw.transactions as readonly (RpcTransaction | Hex)[]).map((transaction) =>
    toTransaction(transaction, header),
  )
  return { ...header, transactions }
}

function toTransaction(raw: RpcTransaction | Hex, { number, hash }: BlockHeader): BlockTransaction {
  if (typeof raw === 'string' || raw.blockHash?.toLowerCase() !== hash) {
    throw new ChainAnswerBad(`block ${number} came with transactions that are not its own`)
  }
  return {
    hash: lower(raw.hash),
    index: Number(raw.transactionIndex),
    from: lower(raw.from),
    to: raw.to ? lower(raw.to) : null,
    nonce: Number(raw.nonce),
    value: BigInt(raw.value),
    // Rollups count more gas for a plain transfer: there more blocks are traced than need be, never fewer.
    mayRunCode: !raw.to || BigInt(raw.gas) > 21_000n,
  }
}

function lower(hex: Hex): Hex {
  return hex.toLowerCase() as Hex
}
