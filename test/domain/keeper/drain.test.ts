import { describe, expect, it } from 'vitest'
import { keeperState } from '../../../domain/keeper/drain.ts'

const retired = {
  retired: true,
  live: 0,
  draining: false,
  restWei: undefined,
  balanceWei: 1_000n,
  transferWei: 10n,
  refilled: false,
}

describe('keeperState', () => {
  it.each([
    ['active', 'the current keeper', { retired: false }],
    ['retiring', 'a keeper with transactions that are not final', { live: 1 }],
    ['draining', 'a keeper with an open order', { draining: true, live: 1 }],
    ['retired', 'a keeper whose balance a drain would move', {}],
    ['closed', 'a keeper that was emptied by hand', { balanceWei: 0n }],
    ['closed', 'a rest that does not pay for a transfer', { balanceWei: 10n }],
    ['closed', 'the rest that the last drain left', { restWei: 1_000n }],
    ['retired', 'money that arrived after the drain', { restWei: 999n }],
    ['closed', 'a drained keeper while no node answers', { restWei: 5n, balanceWei: undefined }],
    [
      'retired',
      'a refilled keeper while no node answers',
      { restWei: 5n, balanceWei: undefined, refilled: true },
    ],
    ['retired', 'a keeper without a drain while no node answers', { balanceWei: undefined }],
  ])('is %s for %s', (state, _, change) => {
    expect(keeperState({ ...retired, ...change })).toBe(state)
  })
})
