import { expect, it } from 'vitest'
import type { SeenUnread } from '../../../domain/scan/unread.ts'
import { onlyOpenTraces } from '../../../scanner/detect/untraced-rows.ts'
import { hash } from '../../harness/factories/a-block.ts'

const seen = (n: number, more: Partial<SeenUnread> = {}): SeenUnread => ({
  hash: hash(n),
  blockNumber: 10n,
  blockHash: hash(10),
  sender: null,
  nonce: null,
  own: false,
  why: 'the trace was not asked for',
  ...more,
})
const rowsOf = (...hashes: readonly number[]) => ({
  unreadAmong: async () => new Set(hashes.map(hash)),
})

it('omits an untraced transaction without a row, because an earlier read traced it', async () => {
  const [own, other] = [seen(1, { untraced: true }), seen(2, { untraced: true })]
  expect(await onlyOpenTraces(rowsOf(1), 1, [own, other])).toEqual([own])
})

it('keeps a transaction with an unreadable receipt, even without a row', async () => {
  const receipt = seen(3)
  expect(await onlyOpenTraces(rowsOf(), 1, [receipt, seen(1, { untraced: true })])).toEqual([
    receipt,
  ])
})
