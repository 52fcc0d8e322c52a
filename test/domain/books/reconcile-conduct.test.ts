import { describe, expect, it } from 'vitest'
import type { Address } from '../../../domain/address.ts'
import type { BookedExternal, BookedIntent } from '../../../domain/books/book-store.ts'
import { encodeTransfer } from '../../../domain/chains/erc20.ts'
import type { MinedTransaction } from '../../../domain/chains/mined-transaction.ts'
import {
  edit,
  external,
  hash,
  intent,
  judge,
  mined,
  type Story,
  stranger,
} from '../../harness/factories/a-book-story.ts'
import { coldWallet, keeper, wallet } from '../../harness/factories/a-chain.ts'

describe('judgeConduct', () => {
  it('accepts a sweep that arrived at a former cold wallet', () => {
    const former: Address = `0x${'c1'.repeat(20)}`
    const differences = judge((story) => {
      edit(story.chain, 2, { to: former })
      Object.assign(story.rows, { coldWallets: new Set([coldWallet, former]) })
    })
    expect(differences).toEqual([])
  })

  it('reports an external transaction that is unexplained or adopted as foreign', () => {
    const taken = (more: Partial<BookedExternal>) =>
      judge(({ rows, chain, left }) => {
        ;(rows.external as BookedExternal[]).push(external(more))
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

  it('accepts adopted transactions of the kinds gas, sweep and nothing', () => {
    const differences = judge((story) => {
      const { rows, chain } = story
      const all = rows.intents.map(({ sender, nonce }, n) =>
        external({ sender, nonce, hash: hash(n + 1), kind: n === 0 ? 'gas' : 'sweep' }),
      )
      all.push(external({ kind: 'nothing', hash: hash(4) }))
      chain.push(mined({ hash: hash(4), to: wallet, nonce: 2n, feeWei: 5n }))
      Object.assign(story, { rows: { ...rows, intents: [], external: all } })
      Object.assign(story.left, { native: 25n })
    })
    expect(differences).toEqual([])
  })

  it('counts an adopted drain as sent by the keeper, and reports one to an unknown address', () => {
    const drained = (to: Address) =>
      judge((story) => {
        const { rows, chain } = story
        const drain = { sender: keeper, nonce: 8n, hash: hash(4), kind: 'drain' } as const
        ;(rows.external as BookedExternal[]).push(external(drain))
        const paid = { hash: hash(4), from: keeper, nonce: 8n, valueWei: 800n, feeWei: 21n }
        chain.push(mined({ ...paid, to }))
        Object.assign(story, { closing: 63n, nonces: new Map([...story.nonces, [keeper, 9n]]) })
      })
    expect(drained(coldWallet)).toEqual([])
    expect(drained(stranger).map(({ kind }) => kind)).toEqual(['misdirected'])
  })

  it.each<[string, (story: Story) => void]>([
    ['a native sweep', ({ chain }) => edit(chain, 2, { to: stranger })],
    ['a token sweep', ({ chain }) => edit(chain, 1, { data: encodeTransfer(stranger, 100n) })],
    ['a token sweep to another contract', ({ chain }) => edit(chain, 1, { to: stranger })],
    ['gas', ({ chain }) => edit(chain, 0, { to: stranger })],
  ])('reports %s with a wrong destination', (_, change) => {
    expect(judge(change).map(({ kind }) => kind)).toContain('misdirected')
  })

  it('reports two mined attempts of one intent, and two transfers of one sweep', () => {
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

  it('reports a used nonce without a row, and a used nonce whose row has no mined transaction', () => {
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
    ['another arrived amount', ({ rows }) => edit(rows.sweeps, 1, { arrivedAmount: 61n })],
    ['a hash that is in no block', ({ rows }) => edit(rows.sweeps, 0, { txHash: hash(99) })],
    [
      'another signed value',
      ({ rows }) => edit(rows.intents[2]?.attempts ?? [], 0, { valueWei: 59n }),
    ],
    ['another nonce', ({ rows }) => edit(rows.intents, 0, { nonce: 6n })],
  ])('reports a row that contradicts the chain: %s', (_, change) => {
    expect(judge(change).map(({ kind }) => kind)).toContain('row')
  })
})
