import type { Address, Hex } from '../address.ts'
import { transferTopic } from './erc20.ts'

/** keccak256 of bytes given as hex. A parameter, because the domain imports no cryptography. */
export type Keccak256 = (bytes: Hex) => Hex

const bloomLength = 2 + 512

/**
 * One of an item's three bits: the index of its hex digit in a bloom's text, and the bit in that
 * digit.
 */
interface Bit {
  readonly digit: number
  readonly mask: number
}

/**
 * Yellow Paper 4.4.3: three pairs of bytes of the item's hash, each modulo 2048, counted from the
 * bloom's end.
 */
function bitsOf(item: Hex, keccak256: Keccak256): readonly Bit[] {
  const hash = keccak256(item).slice(2)
  return [0, 4, 8].map((at) => {
    const bit = Number.parseInt(hash.slice(at, at + 4), 16) & 2047
    return { digit: bloomLength - 1 - (bit >> 2), mask: 1 << (bit & 3) }
  })
}

function holds(bloom: Hex, bits: readonly Bit[]): boolean {
  return bits.every(({ digit, mask }) => (Number.parseInt(bloom[digit] ?? 'f', 16) & mask) !== 0)
}

const isEmpty = (bloom: Hex) => /^0x0*$/.test(bloom)

/**
 * Whether a block with this logsBloom can hold a `Transfer` of one of the tokens. False positives
 * occur, false negatives do not. A text that is no bloom (some chains serve none) excludes nothing.
 * An empty bloom (some chains leave it empty) excludes only once another block of the chain had a
 * filled one, so create one function per chain.
 */
export function createTransferBloom(
  tokens: readonly Address[],
  keccak256: Keccak256,
): (logsBloom: Hex) => boolean {
  const topic = bitsOf(transferTopic, keccak256)
  const perToken = tokens.map((token) => bitsOf(token, keccak256))
  let fillsThem = false
  return (logsBloom) => {
    fillsThem ||= logsBloom.length === bloomLength && !isEmpty(logsBloom)
    if (logsBloom.length !== bloomLength || !fillsThem) return perToken.length > 0
    return holds(logsBloom, topic) && perToken.some((bits) => holds(logsBloom, bits))
  }
}
