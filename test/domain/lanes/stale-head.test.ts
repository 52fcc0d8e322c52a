import { describe, expect, it } from 'vitest'
import { staleHead } from '../../../domain/lanes/stale-head.ts'
import { aMined, aTransaction } from '../../harness/factories/a-transaction.ts'

const mined = (blockNumber: bigint) => aTransaction({ mined: aMined({ blockNumber }) })

describe('a head that is older than what we know (bor #142)', () => {
  it.each([
    ['the scanner', { scanned: 101n }, 'behind block 101, which the scanner has read'],
    ['a plan', { planned: 101n }, 'behind block 101, at which the sweep was planned'],
    ['a row', { mined: [mined(101n)] }, 'behind block 101, which has a transaction of ours'],
    [
      'the highest of all',
      { scanned: 101n, planned: 103n, mined: [mined(102n)] },
      'behind block 103, at which the sweep was planned',
    ],
  ])('shows by %s', (_, known, words) => {
    expect(staleHead({ number: 100n }, { scanned: null, ...known })).toBe(
      `the node is at block 100, ${words}`,
    )
  })

  it('is fresh at the height of what we know, and where nothing is known', () => {
    const unmined = aTransaction()
    const known = { scanned: 100n, planned: 99n, mined: [mined(100n), unmined] }
    expect(staleHead({ number: 100n }, known)).toBeUndefined()
    expect(staleHead({ number: 0n }, { scanned: null })).toBeUndefined()
  })
})
