import { describe, expect, it } from 'vitest'
import type { BlockTransaction, Log } from '../../../domain/chains/block.ts'
import { findHits, type Hit } from '../../../scanner/detect/find-hits.ts'
import { readHit } from '../../../scanner/detect/read-hit.ts'
import {
  aBlock,
  aReceipt,
  aTransaction,
  aTransfer,
  aWatch,
  type GivenReceipt,
  hash,
  who,
} from '../../harness/factories/a-block.ts'

/** Both halves together: what a transaction with this receipt brings. */
function detect(transaction: Partial<BlockTransaction>, receipt: GivenReceipt = {}) {
  const whole = aTransaction(transaction)
  const block = aBlock({ transactions: [whole] })
  const logs = receipt.logs ?? []
  const given = aReceipt({ ...receipt, logs })
  // Logs that a search for the listed token would return.
  const found = given.ok ? logs.filter((log) => log.address === who.token) : []
  const [hit] = findHits({ block, logs: found }, aWatch)
  return hit ? readHit(hit, given, aWatch) : undefined
}

const deposits = (...given: Parameters<typeof detect>) =>
  (detect(...given)?.deposits ?? []).map(({ asset, wallet, amount, position }) =>
    [asset, wallet, amount, position].join(' '),
  )

describe('a native transfer', () => {
  it.each<[string, Partial<BlockTransaction>, GivenReceipt, string[]]>([
    ['to a user wallet is a deposit', {}, {}, [`native ${who.wallet} 5 native`]],
    ['that failed is none', {}, { ok: false }, []],
    ['of nothing is none', { value: 0n }, {}, []],
    ['to a stranger is none', { to: who.stranger }, {}, []],
    ['that creates a contract is none', { to: null }, {}, []],
    ['of the keeper is none (MONEY 13)', { from: who.keeper }, {}, []],
    ['of a retired keeper is none (MONEY 13)', { from: who.retiredKeeper }, {}, []],
    ['of the keeper as its receipt names it is none', {}, { from: who.keeper }, []],
    ['of a wallet to itself is none', { from: who.wallet }, {}, []],
    ['between wallets is one', { from: who.otherWallet }, {}, [`native ${who.wallet} 5 native`]],
    ['of the cold wallet is one', { from: who.cold }, {}, [`native ${who.wallet} 5 native`]],
  ])('%s', (_, transaction, receipt, expected) => {
    expect(deposits(transaction, receipt)).toEqual(expected)
  })

  it('precedes its transaction’s logs in chain order', () => {
    const found = detect({ index: 3 }, { transactionIndex: 3, logs: [aTransfer()] })
    expect(found?.deposits.map(({ txIndex, logOrder }) => [txIndex, logOrder])).toEqual([
      [3, -1],
      [3, 0],
    ])
  })
})

describe('a Transfer log', () => {
  const call = { to: who.token, value: 0n }
  const log = (given: Parameters<typeof aTransfer>[0], logIndex = 40): Log =>
    aTransfer({ ...given, log: { logIndex, ...given?.log } })
  it.each<[string, Log[], string[]]>([
    ['of a listed token to a wallet is a deposit', [log({})], [`${who.token} ${who.wallet} 7 0`]],
    ['of nothing is none', [log({ amount: 0n })], []],
    ['of an unlisted token is none', [log({ token: who.otherToken })], []],
    ['to a stranger is none', [log({ to: who.stranger })], []],
    ['of a wallet to itself is none', [log({ from: who.wallet })], []],
    [
      'that mints is one',
      [log({ from: `0x${'0'.repeat(40)}` })],
      [`${who.token} ${who.wallet} 7 0`],
    ],
    [
      'from the keeper is one: keeper coin is native',
      [log({ from: who.keeper })],
      [`${who.token} ${who.wallet} 7 0`],
    ],
    ['with four topics is none', [log({ log: { topics: [...log({}).topics, hash(1)] } })], []],
    ['with two words of data is none', [log({ log: { data: `0x${'0'.repeat(127)}1` } })], []],
    ['with no data is none', [log({ log: { data: '0x' } })], []],
  ])('%s (MONEY 13)', (_, logs, expected) => {
    expect(deposits(call, { logs })).toEqual(expected)
  })

  it('has its place among all logs of its transaction as position, whatever the block’s index', () => {
    const logs = [log({ token: who.otherToken }, 40), log({}, 41), log({ to: who.otherWallet }, 42)]
    expect(deposits(call, { logs })).toEqual([
      `${who.token} ${who.wallet} 7 1`,
      `${who.token} ${who.otherWallet} 7 2`,
    ])
  })

  it('keeps its place where the reader left other logs of the receipt out', () => {
    const logs = [{ ...log({}), place: 30_500 }]
    expect(deposits(call, { logs, logCount: 30_501 })).toEqual([
      `${who.token} ${who.wallet} 7 30500`,
    ])
  })

  it('in a transaction that the block does not list is found by its receipt', () => {
    const found = log({ log: { transactionHash: hash(0x999) } })
    const [hit] = findHits({ block: aBlock(), logs: [found] }, aWatch)
    const receipt = aReceipt({ transactionHash: hash(0x999), transactionIndex: 8, logs: [found] })
    expect(readHit(hit as Hit, receipt, aWatch).deposits).toMatchObject([
      { txHash: hash(0x999), txIndex: 8, position: '0', amount: 7n },
    ])
  })
})

describe('the keeper', () => {
  it('that is paid by somebody else is refilled (MONEY 23)', () => {
    expect(detect({ to: who.keeper })?.refills).toMatchObject([
      { keeper: who.keeper, sender: who.stranger, amountWei: 5n, position: 'native' },
    ])
    expect(detect({ to: who.keeper, from: who.retiredKeeper })?.refills).toHaveLength(1)
  })

  it.each([
    ['itself', { to: who.keeper, from: who.keeper }, {}],
    ['nothing', { to: who.keeper, value: 0n }, {}],
    ['a failed transfer', { to: who.keeper }, { ok: false }],
  ] as [string, Partial<BlockTransaction>, GivenReceipt][])(
    'is not refilled by %s',
    (_, transaction, receipt) => {
      expect(detect(transaction, receipt)?.refills ?? []).toEqual([])
    },
  )

  it.each([true, false])('has its own transactions seen with their status (%s)', (ok) => {
    const found = detect({ from: who.keeper, nonce: 4 }, { ok })
    expect(found?.ownTransactions).toEqual([
      {
        hash: hash(0x100),
        sender: who.keeper,
        nonce: 4n,
        to: who.wallet,
        valueWei: 5n,
        feeWei: aReceipt().gasUsed * aReceipt().effectiveGasPriceWei,
        ok,
        blockNumber: 10n,
        blockHash: hash(10),
      },
    ])
  })
})

it.each([
  ['to a stranger', { to: who.stranger }],
  ['of nothing', { value: 0n }],
  ['that creates a contract', { to: null }],
])('a transaction of a user wallet %s is seen (MONEY 5)', (_, transaction) => {
  const found = detect({ from: who.wallet, ...transaction })
  expect(found?.ownTransactions.map(({ sender }) => sender)).toEqual([who.wallet])
  expect(detect({ from: who.stranger, ...transaction, to: who.stranger })).toBeUndefined()
})

it.each([
  ['a log search that counts from the transaction', 0, 41],
  ['a log search that counts from the block', 41, 0],
])('a receipt whose log indexes differ from those of %s fits', (_, ofSearch, ofReceipt) => {
  const found = aTransfer({ log: { logIndex: ofSearch } })
  const [hit] = findHits({ block: aBlock(), logs: [found] }, aWatch) as [Hit]
  const logs = [aTransfer({ log: { logIndex: ofReceipt } })]
  expect(readHit(hit, aReceipt({ logs }), aWatch).deposits).toMatchObject([
    { position: '0', amount: 7n },
  ])
})

it('a log that a search lists twice is one', () => {
  const found = aTransfer({ log: { logIndex: 3 } })
  const [hit] = findHits({ block: aBlock(), logs: [found, found] }, aWatch) as [Hit]
  expect(readHit(hit, aReceipt({ logs: [aTransfer()] }), aWatch).deposits).toHaveLength(1)
})

describe('a receipt that does not fit', () => {
  const [hit] = findHits(
    { block: aBlock({ transactions: [aTransaction()] }), logs: [aTransfer()] },
    aWatch,
  ) as [Hit]
  it.each([
    ['missing', undefined, 'ChainMoved'],
    ['of another block', aReceipt({ blockHash: hash(11) }), 'ChainMoved'],
    ['without the log that was found', aReceipt(), 'TransactionUnreadable'],
    [
      'with another amount in the log that was found',
      aReceipt({ logs: [aTransfer({ amount: 8n })] }),
      'TransactionUnreadable',
    ],
  ] as const)('(%s) gives nothing and says so', (_, receipt, name) => {
    expect(() => readHit(hit, receipt, aWatch)).toThrow(expect.objectContaining({ name }))
  })
})
