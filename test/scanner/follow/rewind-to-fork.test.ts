import { describe, expect, it } from 'vitest'
import type { Hash } from '../../../domain/address.ts'
import { findForkPoint } from '../../../scanner/follow/rewind-to-fork.ts'
import { hash } from '../../harness/factories/a-block.ts'

/**
 * Returns a lookup of block hashes. `blocks` has one letter for each height from 0: the block's
 * hash, or `-` for a missing block.
 */
const chain =
  (blocks: string) =>
  async (height: bigint): Promise<Hash | undefined> => {
    const letter = blocks[Number(height)]
    return letter === undefined || letter === '-' ? undefined : hash(letter.charCodeAt(0))
  }
const find = (stored: string, now: string, from: number, lowest = 0) =>
  findForkPoint({
    from: BigInt(from),
    lowest: BigInt(lowest),
    storedHash: chain(stored),
    chainHash: chain(now),
  })
const at = (height: number, letter: string) => ({
  height: BigInt(height),
  hash: hash(letter.charCodeAt(0)),
})

describe('the fork point', () => {
  it.each<[string, string, string, number, number, { height: number; letter: string }]>([
    ['is the tip if no block differs', 'abcd', 'abcd', 3, 0, { height: 3, letter: 'd' }],
    ['is below one removed block', 'abcd', 'abcX', 3, 0, { height: 2, letter: 'c' }],
    ['is below three removed blocks', 'abcd', 'aXYZ', 3, 0, { height: 0, letter: 'a' }],
    ['is found on a shorter chain', 'abcd', 'abX', 2, 0, { height: 1, letter: 'b' }],
    [
      'is the block before the start block if all blocks differ',
      '-bcd',
      'WXYZ',
      3,
      1,
      { height: 1, letter: 'X' },
    ],
  ])('%s', async (_, stored, now, from, lowest, { height, letter }) => {
    expect(await find(stored, now, from, lowest)).toEqual(at(height, letter))
  })

  it('is unknown if the headers were deleted', async () => {
    expect(await find('--cd', 'WXYZ', 3)).toBeUndefined()
  })

  it('is searched again if the node loses the blocks', async () => {
    await expect(find('abcd', 'ab--', 3)).rejects.toMatchObject({ name: 'ChainMoved' })
  })
})
