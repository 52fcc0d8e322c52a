import { describe, expect, it } from 'vitest'
import { type FinalityPolicy, finalHeight } from '../../../domain/chains/finality.ts'

const rows: [string, FinalityPolicy, bigint, bigint | undefined, bigint | undefined][] = [
  ['a depth', { depth: 2 }, 10n, undefined, 8n],
  ['a depth counts block 0', { depth: 2 }, 2n, undefined, 0n],
  ['a chain shorter than its depth has no final block', { depth: 2 }, 1n, undefined, undefined],
  ['a tag', { tag: 'finalized' }, 100n, 64n, 64n],
  ['a tag that the node has not got yet', { tag: 'finalized' }, 100n, undefined, undefined],
  ['both: the tag is lower', { tag: 'finalized', depth: 15 }, 100n, 64n, 64n],
  ['both: the depth is lower', { tag: 'finalized', depth: 15 }, 100n, 99n, 85n],
  ['no tag, then so many blocks', { tag: 'finalized', depthWithoutTag: 128 }, 200n, undefined, 72n],
  [
    'no tag on a short chain',
    { tag: 'finalized', depthWithoutTag: 128 },
    127n,
    undefined,
    undefined,
  ],
  ['the tag once it is there', { tag: 'finalized', depthWithoutTag: 128 }, 200n, 190n, 190n],
  [
    'no tag: the deeper of both depths, not their sum',
    { tag: 'finalized', depth: 15, depthWithoutTag: 128 },
    200n,
    undefined,
    72n,
  ],
]

describe('the final height', () => {
  it.each(rows)('%s', (_, policy, head, tagged, expected) => {
    expect(finalHeight(policy, head, tagged)).toBe(expected)
  })
})
