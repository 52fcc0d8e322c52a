import { expect, it } from 'vitest'
import {
  actionText,
  type ChainedAction,
  chainBeginning,
  findBreak,
} from '../../../domain/operators/audit-chain.ts'

const row = (more: Partial<ChainedAction> = {}): ChainedAction => ({
  id: '1',
  doneAt: '2026-01-31T12:00:00.000001Z',
  operator: 'ann',
  action: 'skip',
  subject: '56:0x1:native',
  reason: 'why',
  previousHash: chainBeginning,
  hash: 'h1',
  ...more,
})
/** Replaces the hash function. Its result is the text itself, so different texts never collide. */
const plain = (text: string) => text
const chained = (...rows: ChainedAction[]): ChainedAction[] => {
  let previousHash = chainBeginning
  return rows.map((one) => {
    const linked = { ...one, previousHash }
    previousHash = plain(actionText(linked))
    return { ...linked, hash: previousHash }
  })
}

it('actionText contains the length of each field in bytes, so that different rows have different texts', () => {
  expect(actionText(row({ operator: 'é', reason: '' }))).toContain(
    '2:é,4:skip,13:56:0x1:native,0:,',
  )
  const texts = [row({ operator: 'a', action: 'bc' }), row({ operator: 'ab', action: 'c' })]
  expect(new Set(texts.map(actionText)).size).toBe(2)
})

it('findBreak returns undefined for an intact chain and for an empty chain', () => {
  const rows = chained(
    row(),
    row({ id: '2' }),
    row({ id: '7', reason: 'gaps in ids are rollbacks' }),
  )
  expect(findBreak(rows, chainBeginning, plain)).toBeUndefined()
  expect(findBreak([], chainBeginning, plain)).toBeUndefined()
})

it.each([
  ['operator', { operator: 'bob' }],
  ['action', { action: 'approve' }],
  ['subject', { subject: 'other' }],
  ['reason', { reason: '' }],
  ['time', { doneAt: '2026-01-31T12:00:00.000002Z' }],
])('findBreak reports a changed %s at its row', (_, change) => {
  const [first, second, third] = chained(row(), row({ id: '2' }), row({ id: '3' }))
  const rows = [first, { ...second, ...change }, third] as ChainedAction[]
  expect(findBreak(rows, chainBeginning, plain)).toEqual({ id: '2', why: 'changed' })
})

it('findBreak reports a deleted or rehashed row at the next row', () => {
  const [first, second, third] = chained(row(), row({ id: '2' }), row({ id: '3' })) as [
    ChainedAction,
    ChainedAction,
    ChainedAction,
  ]
  const unlinked = { id: '3', why: 'unlinked' }
  expect(findBreak([first, third], chainBeginning, plain)).toEqual(unlinked)
  const forged = { ...second, operator: 'bob' }
  const rehashed = { ...forged, hash: plain(actionText(forged)) }
  expect(findBreak([first, rehashed, third], chainBeginning, plain)).toEqual(unlinked)
})
