import { describe, expect, it } from 'vitest'
import type { Address, Hash } from '../../domain/address.ts'
import type { BookedForeign, BookedIntent, BookRows } from '../../domain/books.ts'
import { encodeTransfer, transferTopic } from '../../domain/erc20.ts'
import type { MinedTransaction } from '../../domain/mined-transaction.ts'
import { arrivedAt, judgeCold } from '../../domain/reconcile/judge-cold.ts'
import { judgeConduct } from '../../domain/reconcile/judge-conduct.ts'
import { judgeKeepers } from '../../domain/reconcile/judge-keepers.ts'
import { judgeWallets } from '../../domain/reconcile/judge-wallets.ts'
import { movementsOf } from '../../domain/reconcile/movements.ts'
import type { Difference } from '../../domain/reconciliation.ts'
import { coldWallet, keeper, token, wallet } from '../parts/a-chain.ts'

/** MONEY 23 on one small story, in which every term of every equation is above 0. */
const stranger: Address = `0x${'5a'.repeat(20)}`
const hash = (n: number): Hash => `0x${n.toString(16).padStart(64, '0')}`
const word = (address: Address): Hash => `0x${address.slice(2).padStart(64, '0')}`

const mined = (more: Partial<MinedTransaction>): MinedTransaction => ({
  hash: hash(1),
  from: wallet,
  to: coldWallet,
  nonce: 0n,
  valueWei: 0n,
  data: '0x',
  gasLimit: 21_000n,
  maxFeeWei: 1n,
  blockNumber: 50n,
  blockHash: hash(50),
  txIndex: 0,
  ok: true,
  authorizes: false,
  gasUsed: 10n,
  gasPriceWei: 1n,
  l1FeeWei: 0n,
  feeWei: 10n,
  logs: [],
  ...more,
})

const transfer = (to: Address, amount: bigint) => ({
  address: token,
  topics: [transferTopic, word(wallet), word(to)],
  data: `0x${amount.toString(16).padStart(64, '0')}` as const,
  blockNumber: 50n,
  blockHash: hash(50),
  transactionHash: hash(1),
  logIndex: 0,
  place: 0,
})

const intent = (n: number, more: Partial<BookedIntent> = {}, valueWei = 0n): BookedIntent => ({
  key: `s${n}:sweep:1`,
  sweepId: `s${n}`,
  step: 'sweep',
  sender: wallet,
  nonce: 0n,
  wallet,
  asset: token,
  attempts: [{ hash: hash(n), kind: 'send', valueWei }],
  ...more,
})

const foreign = (more: Partial<BookedForeign> = {}): BookedForeign => ({
  sender: wallet,
  nonce: 2n,
  hash: hash(9),
  blockNumber: 50n,
  kind: null,
  adoptedBy: null,
  ...more,
})

/** 100 gas came, the token went with 97 of 100 arriving, the coin went with 60, 30 is left. */
function aStory() {
  const rows: BookRows = {
    deposits: [
      { id: 'd1', wallet, asset: token, amount: 100n, blockNumber: 5n },
      { id: 'd2', wallet, asset: 'native', amount: 20n, blockNumber: 6n },
    ],
    intents: [
      intent(1, { key: 's1:gas:1', sweepId: 's1', step: 'gas', sender: keeper, nonce: 7n }, 100n),
      intent(2, { sweepId: 's1' }),
      intent(3, { asset: 'native', nonce: 1n }, 60n),
    ],
    sweeps: [
      { id: 's1', wallet, asset: token, txHash: hash(2), arrivedAmount: 97n },
      { id: 's3', wallet, asset: 'native', txHash: hash(3), arrivedAmount: 60n },
    ],
    foreign: [],
    refills: [
      { keeper, txHash: hash(70), amountWei: 5n, blockNumber: 40n },
      { keeper, txHash: hash(71), amountWei: 999n, blockNumber: 30n },
    ],
    keepers: [{ address: keeper, openingWei: 1_000n, openingBlock: 30n }],
    lanes: [
      { sender: wallet, entryNonce: 0n },
      { sender: keeper, entryNonce: 7n },
    ],
    coldWallets: new Set([coldWallet]),
    unread: new Set(),
  }
  const chain = [
    mined({ hash: hash(1), from: keeper, to: wallet, nonce: 7n, valueWei: 100n, feeWei: 21n }),
    mined({
      hash: hash(2),
      to: token,
      feeWei: 14n,
      data: encodeTransfer(coldWallet, 100n),
      logs: [transfer(coldWallet, 97n), transfer(stranger, 3n)],
    }),
    mined({ hash: hash(3), nonce: 1n, valueWei: 60n, feeWei: 16n }),
  ]
  return {
    rows,
    chain,
    left: { native: 30n, token: 0n },
    closing: 884n,
    nonces: new Map([
      [wallet, 2n],
      [keeper, 8n],
    ]),
  }
}

type Story = ReturnType<typeof aStory>

function judge(change: (story: Story) => void = () => {}): readonly Difference[] {
  const story = aStory()
  change(story)
  const { rows, left, closing, nonces } = story
  const byHash = new Map(story.chain.map((one) => [one.hash, one]))
  const movements = movementsOf(rows, byHash)
  const leftOf = [
    { wallet, asset: 'native' as const, amount: left.native },
    { wallet, asset: token, amount: left.token },
  ]
  return [
    ...judgeWallets(rows, movements, leftOf).differences,
    ...judgeKeepers(rows, movements, new Map([[keeper, closing]])).differences,
    ...judgeConduct(rows, movements, byHash, nonces),
  ]
}

const told = (change?: (story: Story) => void) =>
  judge(change).map(({ kind, missing }) => [kind, missing])

/** The story's rows and transactions are its own: tests change them as they like. */
const edit = <T>(rows: readonly T[], index: number, more: Partial<T>) =>
  Object.assign(rows[index] as object, more)

describe('the books', () => {
  it('balance when every unit is where the rows say', () => {
    expect(judge()).toEqual([])
  })

  it.each<[string, (story: Story) => void, unknown[]]>([
    ['a deposit’s row', ({ rows }) => edit(rows.deposits, 1, { amount: 21n }), ['wallet', 1n]],
    [
      'a token deposit’s row',
      ({ rows }) => edit(rows.deposits, 0, { amount: 99n }),
      ['wallet', -1n],
    ],
    ['coin left', (story) => Object.assign(story.left, { native: 29n }), ['wallet', 1n]],
    ['tokens left', (story) => Object.assign(story.left, { token: 1n }), ['wallet', -1n]],
    ['a sweep’s fee', ({ chain }) => edit(chain, 2, { feeWei: 15n }), ['wallet', 1n]],
    ['the keeper’s coin', (story) => Object.assign(story, { closing: 883n }), ['keeper', 1n]],
    ['a refill', ({ rows }) => edit(rows.refills, 0, { amountWei: 4n }), ['keeper', -1n]],
    ['the opening', ({ rows }) => edit(rows.keepers, 0, { openingWei: 1_001n }), ['keeper', 1n]],
    ['the fee of gas', ({ chain }) => edit(chain, 0, { feeWei: 20n }), ['keeper', 1n]],
  ])('differ by one unit in %s', (_, change, expected) => {
    expect(told(change)).toEqual([expected])
  })

  it('count a failed transaction’s fee and nothing that it meant to move', () => {
    const differences = told(({ rows, chain, left }) => {
      edit(chain, 2, { ok: false })
      Object.assign(left, { native: 90n })
      ;(rows.sweeps as unknown[]).pop()
    })
    expect(differences).toEqual([])
  })

  it('name a token that logs one movement twice, and count no more than was sent as arrived', () => {
    const twice = ({ chain, rows }: Story) => {
      edit(chain, 1, { logs: [transfer(coldWallet, 100n), transfer(coldWallet, 100n)] })
      edit(rows.sweeps, 0, { arrivedAmount: 100n })
    }
    const differences = judge(twice)
    expect(differences).toMatchObject([
      {
        kind: 'arrival',
        address: wallet,
        asset: token,
        missing: -100n,
        words: expect.stringMatching(/sweep sent 100, and the token logged 200 to the cold wallet/),
        rows: ['s2:sweep:1', hash(2)],
      },
    ])
  })

  it('miss what a doubling token made up: two deposits of 50, of which one exists', () => {
    const phantom = ({ chain, rows }: Story) => {
      edit(chain, 1, {
        data: encodeTransfer(coldWallet, 50n),
        logs: [transfer(coldWallet, 50n), transfer(coldWallet, 50n)],
      })
      edit(rows.sweeps, 0, { arrivedAmount: 50n })
    }
    expect(told(phantom)).toEqual([
      ['wallet', 50n],
      ['arrival', -50n],
    ])
  })

  it('want what arrived in a cold wallet that has sent nothing, and nothing of one that sends', () => {
    const sums = { coldWallet, asset: token, arrived: 97n, balance: 96n, neverSent: true }
    expect(judgeCold([sums])).toMatchObject([{ kind: 'cold', address: coldWallet, missing: 1n }])
    expect(
      judgeCold([
        { ...sums, neverSent: false },
        { ...sums, balance: 97n },
      ]),
    ).toEqual([])
    const { rows, chain } = aStory()
    const movements = movementsOf(rows, new Map(chain.map((one) => [one.hash, one])))
    expect([...arrivedAt(coldWallet, movements)]).toEqual([
      [token, 97n],
      ['native', 60n],
    ])
  })

  it('take two logs that sum up to what was sent for one arrival', () => {
    const parts = ({ chain }: Story) =>
      edit(chain, 1, {
        logs: [transfer(coldWallet, 60n), transfer(stranger, 3n), transfer(coldWallet, 37n)],
      })
    expect(told(parts)).toEqual([])
  })

  it('find the fee of a token that logs none in what was sent', () => {
    const silent = ({ chain }: Story) => edit(chain, 1, { logs: [transfer(coldWallet, 97n)] })
    expect(told(silent)).toEqual([])
  })

  it('leave out what was mined before a keeper’s books were opened', () => {
    const early = (story: Story) => {
      edit(story.chain, 0, { blockNumber: 30n })
      // Nothing was sent since: it has its opening and the refill.
      Object.assign(story, { closing: 1_005n })
    }
    expect(told(early)).toEqual([])
  })

  it('name the rows of a wallet that differs', () => {
    const [difference] = judge(({ left }) => Object.assign(left, { native: 0n }))
    expect(difference?.rows).toEqual(['d2', 's1:gas:1', 's2:sweep:1', 's3:sweep:1', 'sweep s3'])
  })
})

describe('conduct', () => {
  it('what went to a cold wallet that the chain had before has arrived', () => {
    const former: Address = `0x${'c1'.repeat(20)}`
    const differences = judge((story) => {
      edit(story.chain, 2, { to: former })
      Object.assign(story.rows, { coldWallets: new Set([coldWallet, former]) })
    })
    expect(differences).toEqual([])
  })

  it('a transaction that no row explains is a difference, adopted as a stranger’s too', () => {
    const taken = (more: Partial<BookedForeign>) =>
      judge(({ rows, chain, left }) => {
        ;(rows.foreign as BookedForeign[]).push(foreign(more))
        chain.push(mined({ hash: hash(9), to: stranger, nonce: 2n, valueWei: 10n }))
        Object.assign(left, { native: 10n })
      })
    for (const more of [{}, { kind: 'foreign', adoptedBy: 'ann' } as const]) {
      const found = taken(more)
      expect(found.map(({ kind, missing }) => [kind, missing])).toEqual([
        ['wallet', 20n],
        ['foreign', null],
      ])
      for (const { rows } of found) expect(rows).toContain(hash(9))
    }
  })

  it('adopted gas, an adopted sweep and an adopted nothing are as good as our own', () => {
    const differences = judge((story) => {
      const { rows, chain } = story
      const all = rows.intents.map(({ sender, nonce }, n) =>
        foreign({ sender, nonce, hash: hash(n + 1), kind: n === 0 ? 'gas' : 'sweep' }),
      )
      all.push(foreign({ kind: 'nothing', hash: hash(4) }))
      chain.push(mined({ hash: hash(4), to: wallet, nonce: 2n, feeWei: 5n }))
      Object.assign(story, { rows: { ...rows, intents: [], foreign: all } })
      Object.assign(story.left, { native: 25n })
    })
    expect(differences).toEqual([])
  })

  it.each<[string, (story: Story) => void]>([
    ['a native sweep', ({ chain }) => edit(chain, 2, { to: stranger })],
    ['a token sweep', ({ chain }) => edit(chain, 1, { data: encodeTransfer(stranger, 100n) })],
    ['a token sweep to another contract', ({ chain }) => edit(chain, 1, { to: stranger })],
    ['gas', ({ chain }) => edit(chain, 0, { to: stranger })],
  ])('%s that went elsewhere is a difference', (_, change) => {
    expect(judge(change).map(({ kind }) => kind)).toContain('misdirected')
  })

  it('two mined attempts of one intent, and two transfers of one sweep, are differences', () => {
    const twice = judge(({ rows, chain }) => {
      const attempts = [1, 4].map((n) => ({ hash: hash(n), kind: 'send' as const, valueWei: 100n }))
      edit(rows.intents, 0, { attempts })
      chain.push({ ...(chain[0] as MinedTransaction), hash: hash(4), nonce: 8n })
    })
    expect(twice.map(({ kind }) => kind)).toContain('doubled')
    const again = judge(({ rows, chain }) => {
      ;(rows.intents as BookedIntent[]).push(intent(4, { sweepId: 's3', asset: 'native' }))
      chain.push(mined({ hash: hash(4), nonce: 2n }))
    })
    expect(again).toContainEqual(expect.objectContaining({ kind: 'doubled' }))
  })

  it('a used nonce without a row, or whose row no block has, is a difference', () => {
    const more = ({ nonces }: Story) => void nonces.set(wallet, 3n)
    expect(judge(more)).toEqual([
      expect.objectContaining({ kind: 'nonce', address: wallet, rows: [] }),
    ])
    const displaced = (story: Story) => {
      more(story)
      ;(story.rows.intents as BookedIntent[]).push(intent(8, { nonce: 2n }))
    }
    expect(judge(displaced)).toEqual([
      expect.objectContaining({ kind: 'nonce', rows: ['s8:sweep:1'] }),
    ])
  })

  it.each<[string, (story: Story) => void]>([
    ['what arrived', ({ rows }) => edit(rows.sweeps, 1, { arrivedAmount: 61n })],
    ['a sweep that no block has', ({ rows }) => edit(rows.sweeps, 0, { txHash: hash(99) })],
    ['what was signed', ({ rows }) => edit(rows.intents[2]?.attempts ?? [], 0, { valueWei: 59n })],
    ['the nonce', ({ rows }) => edit(rows.intents, 0, { nonce: 6n })],
  ])('a row that says otherwise than the chain is a difference: %s', (_, change) => {
    expect(judge(change).map(({ kind }) => kind)).toContain('row')
  })
})
