import { describe, expect, it } from 'vitest'
import { staleHead } from '../../../domain/lanes/stale-head.ts'
import { aMined, aTransaction } from '../../harness/factories/a-transaction.ts'

const mined = (blockNumber: bigint) => aTransaction({ mined: aMined({ blockNumber }) })

describe('staleHead (bor #142)', () => {
  it.each([
    ['the block of the cursor', { scanned: 101n }, 'behind block 101, which the scanner has read'],
    [
      'the block of the plan',
      { planned: 101n },
      'behind block 101, at which the sweep was planned',
    ],
    [
      'the block of a mined transaction',
      { mined: [mined(101n)] },
      'behind block 101, which has a transaction of ours',
    ],
    [
      'the highest of these blocks',
      { scanned: 101n, planned: 103n, mined: [mined(102n)] },
      'behind block 103, at which the sweep was planned',
    ],
  ])('reports a head below %s', (_, known, words) => {
    expect(staleHead({ number: 100n }, { scanned: null, ...known })).toBe(
      `the node is at block 100, ${words}`,
    )
  })

  it('returns undefined at the highest known height, and without known heights', () => {
    const unmined = aTransaction()
    const known = { scanned: 100n, planned: 99n, mined: [mined(100n), unmined] }
    expect(staleHead({ number: 100n }, known)).toBeUndefined()
    expect(staleHead({ number: 0n }, { scanned: null })).toBeUndefined()
  })
})
