import { expect, test } from 'vitest'
import { describeVerdict, failedLines } from '../../../../devstack/demo/display/final-table.ts'
import { bookChecks } from '../../../../devstack/demo/judge/books.ts'
import { balanceKey, type MinedTransaction } from '../../../../devstack/demo/judge/chain-facts.ts'
import { judge } from '../../../../devstack/demo/judge/judge.ts'
import type { Sent } from '../../../../devstack/demo/script/sent.ts'
import {
  alice,
  assets,
  bob,
  chainOf,
  cold,
  customer,
  ETHER,
  FEE,
  goodSent,
  goodStory,
  keeper,
  parties,
  payment,
  stranger,
  stray,
  tokenTransfer,
} from './a-ledger.ts'

function judged(
  transactions: MinedTransaction[],
  sent: Sent[] = goodSent,
  wrong: Record<string, bigint> = {},
) {
  return judge(chainOf(transactions, wrong), parties, assets, sent)
}

function failed(...args: Parameters<typeof judged>): string[] {
  return failedLines(judged(...args).checks)
}

test('a story in which every deposit arrives passes every check', () => {
  const { ledgers, checks } = judged(goodStory())
  expect(failedLines(checks)).toEqual([])
  const [eth, plain] = ledgers
  expect(eth).toMatchObject({ deposited: ETHER, inCold: ETHER - FEE, gasWei: FEE })
  // bob received 25 for gas and paid a fee of 10.
  expect(eth?.left).toMatchObject([{ wallet: { name: 'bob' }, amount: 15n, reason: 'unused gas' }])
  // The fee of bob's transfer and the fee of the keeper's gas payment.
  expect(plain).toMatchObject({ deposited: 5n * ETHER, inCold: 5n * ETHER, gasWei: 2n * FEE })
})

test('the judge reports one missing wei in the cold wallet (MONEY 23)', () => {
  const short = { [balanceKey(cold, undefined)]: ETHER - FEE - 1n }
  expect(failed(goodStory(), goodSent, short)).toEqual(['ETH in = out'])
})

test('the judge reports one excess wei at the keeper (MONEY 23)', () => {
  const more = { [balanceKey(keeper, undefined)]: 1_000n - 25n - FEE + 500n + 1n }
  expect(failed(goodStory(), goodSent, more)).toEqual(['gas keeper'])
})

test('the judge reports a deposit that remains in its wallet', () => {
  const unswept = goodStory().filter(({ from, moves }) => from !== bob || moves.length === 0)
  expect(failed(unswept)).toEqual(['PLAIN left', 'gas once'])
})

test('dust and unlisted tokens may remain, except dust in a wallet that must be emptied', () => {
  const story = [
    ...goodStory(),
    tokenTransfer(customer, alice, ETHER / 2n),
    tokenTransfer(customer, bob, 7n, stray.token),
  ]
  const more: Sent[] = [
    ...goodSent,
    { asset: 'PLAIN', to: alice, amount: ETHER / 2n, swept: false },
    { asset: 'STRAY', to: bob, amount: 7n, swept: false },
  ]
  expect(failed(story, more)).toEqual([])
  expect(
    failed(
      story,
      more.map((it) => ({ ...it, swept: true })),
    ),
  ).toEqual(['PLAIN left', 'STRAY left'])
})

test('the judge reports a sweep to another address than the cold wallet (MONEY 18)', () => {
  const story = [...goodStory(), payment(bob, stranger, 1n, { feeWei: 1n })]
  expect(failed(story)).toEqual(['ETH in = out', 'destinations', 'none wasted'])
  const tokens = goodStory().map((it) =>
    it.from === bob ? tokenTransfer(bob, stranger, 5n * ETHER) : it,
  )
  expect(failed(tokens)).toEqual(['PLAIN in = out', 'destinations'])
})

test('the judge reports a keeper that pays an unknown address (MONEY 18)', () => {
  expect(failed([...goodStory(), payment(keeper, stranger, 1n)])).toEqual(['destinations'])
})

test('the judge reports gas that is paid twice for one sweep (MONEY 2)', () => {
  expect(failed([...goodStory(), payment(keeper, bob, 25n)])).toEqual(['gas once'])
})

test('the judge reports a sweep that reverts or moves nothing (MONEY 14)', () => {
  const vain = [
    payment(bob, alice, 0n, { ok: false, feeWei: 1n }),
    { ...tokenTransfer(bob, cold, 1n), feeWei: 1n, moves: [] },
  ]
  for (const transaction of vain) {
    expect(failed([...goodStory(), transaction])).toContain('none wasted')
  }
})

test('the judge reports a sent deposit that the chain lacks, and a deposit that was not sent', () => {
  const more: Sent = { asset: 'PLAIN', to: alice, amount: 1n, swept: false }
  expect(failed(goodStory(), [...goodSent, more])).toEqual(['PLAIN deposits'])
  expect(failed(goodStory(), goodSent.slice(0, 1))).toEqual(['PLAIN deposits'])
})

test('a failed transfer, a transfer of 0 and gas are no deposits (MONEY 13)', () => {
  const story = [
    ...goodStory(),
    payment(customer, alice, 5n, { ok: false }),
    payment(customer, alice, 0n),
    tokenTransfer(customer, alice, 0n),
  ]
  expect(failed(story)).toEqual([])
})

test('bookChecks reports rows that differ from the chain in an arrival, in gas or in an unlisted token', () => {
  const { ledgers } = judged(goodStory())
  const books = ledgers.map(({ deposited, inCold, gasWei }) => ({
    deposits: 0,
    deposited,
    arrived: inCold,
    gasWei,
  }))
  expect(failedLines(bookChecks(assets, ledgers, books))).toEqual([])
  const wrong = books.map((book, index) => ({
    ...book,
    deposits: 1,
    arrived: book.arrived + (index === 1 ? 1n : 0n),
    gasWei: book.gasWei + (index === 0 ? 1n : 0n),
  }))
  expect(failedLines(bookChecks(assets, ledgers, wrong))).toEqual([
    'ETH rows',
    'PLAIN rows',
    'STRAY rows',
  ])
})

test('describeVerdict returns a row per asset and a line per check', () => {
  const lines = describeVerdict(judged(goodStory()))
  expect(lines[0]).toMatch(/asset +deposited +in cold +left in wallets +gas \(ETH\) +why left/)
  expect(lines[2]).toMatch(/^ {2}PLAIN +5 +5 +0 /)
  expect(lines.filter((line) => line.startsWith('  ok '))).toHaveLength(19)
  const bad = describeVerdict(judged([...goodStory(), payment(keeper, bob, 25n)]))
  expect(bad.join('\n')).toMatch(/FAIL +gas once +got gas more often .*: bob/)
})
