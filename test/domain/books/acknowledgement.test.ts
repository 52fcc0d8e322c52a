import { describe, expect, it } from 'vitest'
import {
  differenceIdentity,
  differenceKey,
  openDifferences,
  withAcknowledgements,
} from '../../../domain/books/acknowledgement.ts'
import type { Difference } from '../../../domain/books/reconciliation.ts'
import { edit, judge, type Story } from '../../harness/factories/a-book-story.ts'
import { keeper, token, wallet } from '../../harness/factories/a-chain.ts'

const chainId = 56
const aDifference = (more: Partial<Difference> = {}): Difference => ({
  kind: 'keeper',
  address: keeper,
  asset: 'native',
  missing: 490n,
  words: 'opening 500 against closing 10',
  rows: ['0xaa', 's1:gas:1'],
  causes: ['7 0xaa'],
  ...more,
})
const acknowledged = (difference: Difference) => ({
  key: differenceKey(chainId, difference),
  identity: differenceIdentity(chainId, difference),
  operator: 'ann',
  reason: 'moved by hand',
  at: new Date(0),
})
const openAfter = (seen: Difference, now: Difference, on = chainId) =>
  openDifferences(withAcknowledgements(on, [now], [acknowledged(seen)]))

describe('an acknowledged difference (MONEY 23)', () => {
  it('stays in the report with operator and reason, and no longer alerts', () => {
    const [marked] = withAcknowledgements(chainId, [aDifference()], [acknowledged(aDifference())])
    expect(marked).toMatchObject({ ...aDifference(), acknowledged: { operator: 'ann' } })
    expect(openAfter(aDifference(), aDifference())).toEqual([])
  })

  it('stays acknowledged when only rows and sums that balance were added', () => {
    const later = { words: 'opening 500 + refills 3', rows: ['0xaa', 's1:gas:1', 's2:gas:1'] }
    expect(openAfter(aDifference(), aDifference(later))).toEqual([])
  })

  it.each<[string, Partial<Difference>]>([
    ['another amount', { missing: 491n }],
    ['another sign', { missing: -490n }],
    ['another cause', { causes: ['7 0xaa', '8 0xbb'] }],
    ['another address', { address: wallet }],
    ['another asset', { asset: token }],
    ['another kind', { kind: 'wallet' }],
  ])('alerts again with %s', (_, change) => {
    expect(openAfter(aDifference(), aDifference(change))).toHaveLength(1)
  })

  it('alerts again with other rows or words if the difference names no causes', () => {
    const { causes: _, ...row } = aDifference({ kind: 'row', missing: null })
    expect(openAfter(row, row)).toEqual([])
    expect(openAfter(row, { ...row, rows: ['0xaa'] })).toHaveLength(1)
    expect(openAfter(row, { ...row, words: 'the row says 4 wei' })).toHaveLength(1)
  })

  it('alerts on another chain', () => {
    expect(openAfter(aDifference(), aDifference(), 1)).toHaveLength(1)
  })

  it.each(['doubled', 'misdirected'] as const)('is never of the kind %s', (kind) => {
    expect(openAfter(aDifference({ kind }), aDifference({ kind }))).toHaveLength(1)
  })
})

describe('the causes of a difference', () => {
  const keeperDifference = (change: (story: Story) => void) =>
    judge(change).find(({ kind }) => kind === 'keeper') as Difference

  it('leave out refills and gas that balance, and name external transactions', () => {
    const short = keeperDifference((story) => Object.assign(story, { closing: 883n }))
    const busier = keeperDifference((story) => {
      Object.assign(story, { closing: 884n })
      const [refill] = story.rows.refills
      edit(story.rows.refills, 0, { amountWei: (refill ? refill.amountWei : 0n) + 1n })
    })
    expect(busier.words).not.toBe(short.words)
    expect(openAfter(short, busier)).toEqual([])
    const stolen = keeperDifference((story) => {
      Object.assign(story, { closing: 883n })
      const hash = `0x${'9'.repeat(64)}`
      const more = { sender: keeper, nonce: 9n, hash, blockNumber: 60n, kind: 'foreign' }
      ;(story.rows.external as unknown[]).push({ ...more, adoptedBy: 'ann' })
    })
    expect(openAfter(short, stolen)).toHaveLength(1)
  })
})
