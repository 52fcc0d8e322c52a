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

/** Runs `findHits` and `readHit` on a transaction. Returns undefined if there is no hit. */
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
    ['that failed is no deposit', {}, { ok: false }, []],
    ['of amount 0 is no deposit', { value: 0n }, {}, []],
    ['to an unknown address is no deposit', { to: who.stranger }, {}, []],
    ['that creates a contract is no deposit', { to: null }, {}, []],
    ['from the keeper is no deposit (MONEY 13)', { from: who.keeper }, {}, []],
    ['from a retired keeper is no deposit (MONEY 13)', { from: who.retiredKeeper }, {}, []],
    ['whose receipt names the keeper as sender is no deposit', {}, { from: who.keeper }, []],
    ['from a wallet to itself is no deposit', { from: who.wallet }, {}, []],
    [
      'between wallets is a deposit',
      { from: who.otherWallet },
      {},
      [`native ${who.wallet} 5 native`],
    ],
    [
      'from the cold wallet is a deposit',
      { from: who.cold },
      {},
      [`native ${who.wallet} 5 native`],
    ],
  ])('%s', (_, transaction, receipt, expected) => {
    expect(deposits(transaction, receipt)).toEqual(expected)
  })

  it('comes before the logs of its transaction in chain order', () => {
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
    ['of amount 0 is no deposit', [log({ amount: 0n })], []],
    ['of an unlisted token is no deposit', [log({ token: who.otherToken })], []],
    ['to an unknown address is no deposit', [log({ to: who.stranger })], []],
    ['from a wallet to itself is no deposit', [log({ from: who.wallet })], []],
    [
      'that mints is a deposit',
      [log({ from: `0x${'0'.repeat(40)}` })],
      [`${who.token} ${who.wallet} 7 0`],
    ],
    [
      'from the keeper is a deposit, because the keeper funds only with native coin',
      [log({ from: who.keeper })],
      [`${who.token} ${who.wallet} 7 0`],
    ],
    [
      'with four topics is no deposit',
      [log({ log: { topics: [...log({}).topics, hash(1)] } })],
      [],
    ],
    ['with 64 bytes of data is no deposit', [log({ log: { data: `0x${'0'.repeat(127)}1` } })], []],
    ['without data is no deposit', [log({ log: { data: '0x' } })], []],
  ])('%s (MONEY 13)', (_, logs, expected) => {
    expect(deposits(call, { logs })).toEqual(expected)
  })

  it('takes its position from its place among the logs of its transaction, whatever its log index', () => {
    const logs = [log({ token: who.otherToken }, 40), log({}, 41), log({ to: who.otherWallet }, 42)]
    expect(deposits(call, { logs })).toEqual([
      `${who.token} ${who.wallet} 7 1`,
      `${who.token} ${who.otherWallet} 7 2`,
    ])
  })

  it('keeps its place although the reader dropped other logs of the receipt', () => {
    const logs = [{ ...log({}), place: 30_500 }]
    expect(deposits(call, { logs, logCount: 30_501 })).toEqual([
      `${who.token} ${who.wallet} 7 30500`,
    ])
  })

  it('is found by its receipt if the block does not list its transaction', () => {
    const found = log({ log: { transactionHash: hash(0x999) } })
    const [hit] = findHits({ block: aBlock(), logs: [found] }, aWatch)
    const receipt = aReceipt({ transactionHash: hash(0x999), transactionIndex: 8, logs: [found] })
    expect(readHit(hit as Hit, receipt, aWatch).deposits).toMatchObject([
      { txHash: hash(0x999), txIndex: 8, position: '0', amount: 7n },
    ])
  })
})

describe('the keeper', () => {
  it('is refilled by a payment from another address (MONEY 23)', () => {
    expect(detect({ to: who.keeper })?.refills).toMatchObject([
      { keeper: who.keeper, sender: who.stranger, amountWei: 5n, position: 'native' },
    ])
    expect(detect({ to: who.keeper, from: who.retiredKeeper })?.refills).toHaveLength(1)
  })

  it.each([
    ['a payment to itself', { to: who.keeper, from: who.keeper }, {}],
    ['a payment of 0', { to: who.keeper, value: 0n }, {}],
    ['a failed transfer', { to: who.keeper }, { ok: false }],
  ] as [string, Partial<BlockTransaction>, GivenReceipt][])(
    'is not refilled by %s',
    (_, transaction, receipt) => {
      expect(detect(transaction, receipt)?.refills ?? []).toEqual([])
    },
  )

  it.each([true, false])(
    'is recorded as the sender of its transactions, with their status (ok: %s)',
    (ok) => {
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
    },
  )
})

it.each([
  ['to an unknown address', { to: who.stranger }],
  ['with value 0', { value: 0n }],
  ['for a contract creation', { to: null }],
])('records a transaction from a user wallet %s (MONEY 5)', (_, transaction) => {
  const found = detect({ from: who.wallet, ...transaction })
  expect(found?.ownTransactions.map(({ sender }) => sender)).toEqual([who.wallet])
  expect(detect({ from: who.stranger, ...transaction, to: who.stranger })).toBeUndefined()
})

it.each([
  ['a search that counts log indexes in the transaction', 0, 41],
  ['a search that counts log indexes in the block', 41, 0],
])('accepts a receipt whose log indexes differ from those of %s', (_, ofSearch, ofReceipt) => {
  const found = aTransfer({ log: { logIndex: ofSearch } })
  const [hit] = findHits({ block: aBlock(), logs: [found] }, aWatch) as [Hit]
  const logs = [aTransfer({ log: { logIndex: ofReceipt } })]
  expect(readHit(hit, aReceipt({ logs }), aWatch).deposits).toMatchObject([
    { position: '0', amount: 7n },
  ])
})

it('counts a log once if a search lists the log twice', () => {
  const found = aTransfer({ log: { logIndex: 3 } })
  const [hit] = findHits({ block: aBlock(), logs: [found, found] }, aWatch) as [Hit]
  expect(readHit(hit, aReceipt({ logs: [aTransfer()] }), aWatch).deposits).toHaveLength(1)
})

describe('readHit with a receipt that does not match the hit', () => {
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
  ] as const)('throws if the receipt is %s', (_, receipt, name) => {
    expect(() => readHit(hit, receipt, aWatch)).toThrow(expect.objectContaining({ name }))
  })
})
