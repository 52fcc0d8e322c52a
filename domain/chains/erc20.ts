import type { Address, Hex } from '../address.ts'
import type { Log } from './block.ts'

/** keccak256("Transfer(address,address,uint256)") */
export const transferTopic: Hex =
  '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'

const transferSelector = 'a9059cbb'
const transferFromSelector = '23b872dd'
const balanceOfSelector = '70a08231'

const word = (hex: string) => hex.padStart(64, '0')

/**
 * Encodes the calldata of `transfer(to, amount)` without a library. The signer compares the result
 * byte by byte with the calldata of the signed transaction.
 */
export function encodeTransfer(to: Address, amount: bigint): Hex {
  return `0x${transferSelector}${word(to.slice(2).toLowerCase())}${word(amount.toString(16))}`
}

/** Decodes the calldata of `transfer(to, amount)`. Call it only for such calldata. */
export function readTransferCall(data: Hex): { readonly to: Address; readonly amount: bigint } {
  return { to: `0x${data.slice(34, 74)}`, amount: BigInt(`0x${data.slice(-64)}`) }
}

export function encodeBalanceOf(holder: Address): Hex {
  return `0x${balanceOfSelector}${word(holder.slice(2).toLowerCase())}`
}

/** The fields of an ERC-20 `Transfer` log, or of a call that asks for a transfer. */
export interface Transfer {
  readonly token: Address
  readonly from: Address
  readonly to: Address
  readonly amount: bigint
}

const addressWord = '0{24}([0-9a-f]{40})'
const amountWord = '([0-9a-f]{64})'
const transferCall = new RegExp(`^0x${transferSelector}${addressWord}${amountWord}`)
const transferFromCall = new RegExp(
  `^0x${transferFromSelector}${addressWord}${addressWord}${amountWord}`,
)

/**
 * Reads the transfer that a transaction asks a token for: calldata of `transfer(to, amount)` or of
 * `transferFrom(holder, to, amount)`. Contracts ignore bytes after the arguments. Returns undefined
 * for other calldata. Only a log proves that the token moved.
 */
export function readRequestedTransfer(
  sender: Address,
  token: Address,
  input: Hex,
): Transfer | undefined {
  const own = transferCall.exec(input)
  if (own) return { token, from: sender, to: `0x${own[1]}`, amount: BigInt(`0x${own[2]}`) }
  const others = transferFromCall.exec(input)
  if (!others) return undefined
  const [, from, to, amount] = others
  return { token, from: `0x${from}`, to: `0x${to}`, amount: BigInt(`0x${amount}`) }
}

const addressTopic = /^0x0{24}([0-9a-f]{40})$/

/**
 * Returns whether a node's raw log has the shape of an ERC-20 transfer: 3 topics, of which the
 * first is `transferTopic`, and one word of data, with or without `0x`.
 */
export function isTransferShaped(topics: unknown, data: unknown): boolean {
  return (
    Array.isArray(topics) &&
    topics.length === 3 &&
    typeof topics[0] === 'string' &&
    topics[0].toLowerCase() === transferTopic &&
    typeof data === 'string' &&
    (data.length === 66 || data.length === 64)
  )
}

/**
 * Reads a `Transfer` log: 3 topics, 32 bytes of data and well-formed addresses (MONEY 13). Returns
 * undefined for other logs with this topic, such as an NFT transfer, which has 4 topics. A transfer
 * of amount 0 is returned.
 */
export function readTransfer(log: Log): Transfer | undefined {
  if (log.topics.length !== 3 || log.topics[0] !== transferTopic) return undefined
  if (!/^0x[0-9a-f]{64}$/.test(log.data)) return undefined
  const from = addressTopic.exec(log.topics[1] ?? '')
  const to = addressTopic.exec(log.topics[2] ?? '')
  if (!from || !to) return undefined
  return { token: log.address, from: `0x${from[1]}`, to: `0x${to[1]}`, amount: BigInt(log.data) }
}

/**
 * Returns whether the return value of `transfer` means success: no data, as from USDT and similar
 * tokens, or one word with the value true. Everything else means failure.
 */
export function transferAccepted(returned: Hex): boolean {
  return returned === '0x' || /^0x0{63}1$/.test(returned)
}
