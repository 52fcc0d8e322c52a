import { describe, expect, it } from 'vitest'
import { type FinalityPolicy, finalHeight } from '../../../domain/chains/finality.ts'

const rows: [string, FinalityPolicy, bigint, bigint | undefined, bigint | undefined][] = [
  ['head − depth', { depth: 2 }, 10n, undefined, 8n],
  ['block 0 if the head equals the depth', { depth: 2 }, 2n, undefined, 0n],
  ['undefined on a chain shorter than its depth', { depth: 2 }, 1n, undefined, undefined],
  ['the tagged block', { tag: 'finalized' }, 100n, 64n, 64n],
  ['undefined while the node has no tag', { tag: 'finalized' }, 100n, undefined, undefined],
  [
    'the tagged block if the tagged block is below head − depth',
    { tag: 'finalized', depth: 15 },
    100n,
    64n,
    64n,
  ],
  [
    'head − depth if head − depth is below the tagged block',
    { tag: 'finalized', depth: 15 },
    100n,
    99n,
    85n,
  ],
  [
    'head − depthWithoutTag while the node has no tag',
    { tag: 'finalized', depthWithoutTag: 128 },
    200n,
    undefined,
    72n,
  ],
  [
    'undefined without a tag on a chain shorter than depthWithoutTag',
    { tag: 'finalized', depthWithoutTag: 128 },
    127n,
    undefined,
    undefined,
  ],
  [
    'the tagged block once the node has the tag',
    { tag: 'finalized', depthWithoutTag: 128 },
    200n,
    190n,
    190n,
  ],
  [
    'head − the larger of both depths while the node has no tag',
    { tag: 'finalized', depth: 15, depthWithoutTag: 128 },
    200n,
    undefined,
    72n,
  ],
]

describe('finalHeight', () => {
  it.each(rows)('returns %s', (_, policy, head, tagged, expected) => {
    expect(finalHeight(policy, head, tagged)).toBe(expected)
  })
})
