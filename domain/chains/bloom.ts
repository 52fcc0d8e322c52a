import type { Address, Hex } from '../address.ts'
import { transferTopic } from './erc20.ts'

/**
 * Returns the keccak256 hash of bytes given as hex. The hash is a parameter, because the domain
 * imports no cryptography.
 */
export type Keccak256 = (bytes: Hex) => Hex

const bloomLength = 2 + 512

/**
 * Position of one bit in a bloom: the index of the hex digit in the bloom's text, and the mask of
 * the bit in that digit.
 */
interface Bit {
  readonly digit: number
  readonly mask: number
}

/**
 * Returns the three bits that an item sets (Yellow Paper 4.4.3): the first three pairs of bytes of
 * its hash, each modulo 2048, counted from the bloom's end.
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
 * Returns a function that reports whether a block with this logsBloom can contain a `Transfer` of
 * one of the tokens. The function gives false positives, but no false negatives.
 *
 * A text that is no bloom excludes nothing, because some chains serve no blooms. Some chains leave
 * every bloom empty, so an empty bloom excludes its block only after another block of the chain had
 * a filled bloom. Create one function per chain.
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
