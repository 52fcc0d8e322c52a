import { describe, expect, it } from 'vitest'
import { arrivedAt, judgeCold } from '../../../domain/books/judge-cold.ts'
import { movementsOf } from '../../../domain/books/movements.ts'
import { encodeTransfer } from '../../../domain/chains/erc20.ts'
import {
  aStory,
  edit,
  hash,
  judge,
  type Story,
  stranger,
  told,
  transfer,
} from '../../harness/factories/a-book-story.ts'
import { coldWallet, token, wallet } from '../../harness/factories/a-chain.ts'

describe('reconciliation', () => {
  it('reports no difference when rows and chain agree', () => {
    expect(judge()).toEqual([])
  })

  it.each<[string, (story: Story) => void, unknown[]]>([
    ['a native deposit', ({ rows }) => edit(rows.deposits, 1, { amount: 21n }), ['wallet', 1n]],
    ['a token deposit', ({ rows }) => edit(rows.deposits, 0, { amount: 99n }), ['wallet', -1n]],
    [
      'the wallet’s native balance',
      (story) => Object.assign(story.left, { native: 29n }),
      ['wallet', 1n],
    ],
    [
      'the wallet’s token balance',
      (story) => Object.assign(story.left, { token: 1n }),
      ['wallet', -1n],
    ],
    ['the fee of a sweep', ({ chain }) => edit(chain, 2, { feeWei: 15n }), ['wallet', 1n]],
    ['the keeper’s balance', (story) => Object.assign(story, { closing: 883n }), ['keeper', 1n]],
    ['a refill', ({ rows }) => edit(rows.refills, 0, { amountWei: 4n }), ['keeper', -1n]],
    [
      'the opening balance',
      ({ rows }) => edit(rows.keepers, 0, { openingWei: 1_001n }),
      ['keeper', 1n],
    ],
    [
      'the fee of a gas transaction',
      ({ chain }) => edit(chain, 0, { feeWei: 20n }),
      ['keeper', 1n],
    ],
  ])('reports a difference of one unit in %s', (_, change, expected) => {
    expect(told(change)).toEqual([expected])
  })

  it('counts only the fee of a failed transaction', () => {
    const differences = told(({ rows, chain, left }) => {
      edit(chain, 2, { ok: false })
      Object.assign(left, { native: 90n })
      ;(rows.sweeps as unknown[]).pop()
    })
    expect(differences).toEqual([])
  })

  it('reports a token that logs one movement twice, and counts only the sent amount as arrived', () => {
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

  it('reports the missing 50 when a token logged one deposit of 50 twice', () => {
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

  it('expects the arrived sum only in a cold wallet that has never sent a transaction', () => {
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

  it('adds up two logs whose sum is the sent amount', () => {
    const parts = ({ chain }: Story) =>
      edit(chain, 1, {
        logs: [transfer(coldWallet, 60n), transfer(stranger, 3n), transfer(coldWallet, 37n)],
      })
    expect(told(parts)).toEqual([])
  })

  it('derives a token’s fee from the sent amount if no log reports the fee', () => {
    const silent = ({ chain }: Story) => edit(chain, 1, { logs: [transfer(coldWallet, 97n)] })
    expect(told(silent)).toEqual([])
  })

  it('ignores transactions that were mined before the keeper’s opening block', () => {
    const early = (story: Story) => {
      edit(story.chain, 0, { blockNumber: 30n })
      // The keeper sent nothing after its opening block, so its balance is the opening balance plus
      // the refill.
      Object.assign(story, { closing: 1_005n })
    }
    expect(told(early)).toEqual([])
  })

  it('names the rows of a wallet whose balance differs', () => {
    const [difference] = judge(({ left }) => Object.assign(left, { native: 0n }))
    expect(difference?.rows).toEqual(['d2', 's1:gas:1', 's2:sweep:1', 's3:sweep:1', 'sweep s3'])
  })
})
