import { keccak256 } from 'viem'
import { describe, expect, it } from 'vitest'
import type { Hex } from '../../../domain/address.ts'
import { createTransferBloom } from '../../../domain/chains/bloom.ts'
import { transferTopic } from '../../../domain/chains/erc20.ts'

/** Builds a bloom to test with. Works on bytes, like go-ethereum's core/types/bloom9.go. */
function bloomOf(items: readonly Hex[]): Hex {
  const bytes = new Uint8Array(256)
  for (const item of items) {
    const hash = Buffer.from(keccak256(item).slice(2), 'hex')
    for (const i of [0, 2, 4]) {
      const bit = hash.readUInt16BE(i) & 0x7ff
      const at = 256 - (bit >> 3) - 1
      bytes[at] = (bytes[at] ?? 0) | (1 << (bit & 7))
    }
  }
  return `0x${Buffer.from(bytes).toString('hex')}`
}

const [usdt, dai] = [`0x${'ab'.repeat(20)}`, `0x${'cd'.repeat(20)}`] as const
const approval = keccak256('0x1234')

describe('createTransferBloom', () => {
  const mayHold = createTransferBloom([usdt, dai], keccak256)
  it.each([
    ['returns true for a bloom of a token and the topic', [usdt, transferTopic], true],
    ['returns true for a bloom of the other token and the topic', [dai, transferTopic], true],
    ['returns false for a bloom of the topic alone', [transferTopic], false],
    ['returns false for a bloom of the token alone', [usdt], false],
    ['returns false for a bloom of another event of the token', [usdt, approval], false],
    ['returns false for an empty bloom after filled blooms', [], false],
  ] as [string, Hex[], boolean][])('%s', (_, items, expected) => {
    expect(mayHold(bloomOf(items))).toBe(expected)
  })

  it('returns false for an empty bloom only after the chain has had a filled bloom', () => {
    const mayHoldThere = createTransferBloom([usdt], keccak256)
    expect(mayHoldThere(bloomOf([]))).toBe(true)
    expect(mayHoldThere(bloomOf([approval]))).toBe(false)
    expect(mayHoldThere(bloomOf([]))).toBe(false)
  })

  it('returns true for a block without a bloom if a token is listed', () => {
    expect(mayHold('0x')).toBe(true)
    expect(createTransferBloom([], keccak256)('0x')).toBe(false)
  })
})
