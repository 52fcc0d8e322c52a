import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDustOrders } from '../../../../adapters/drizzle/sweeps/dust-orders.ts'
import type { DepositState } from '../../../../domain/deposits/deposit-state.ts'
import { type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { aChain } from '../../../harness/factories/a-chain.ts'

describe('setState and noteOrder of the sweep store', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  const set = (depositId: string, state: DepositState, reason = '', detail = '') =>
    ledger.sweeps.setState({ depositId, state, reason, detail })
  const events = (id: string) => ledger.sql<{ route: string; seq: number; reason: string }[]>`
    select route, (body->>'seq')::int as seq, body->'data'->>'reason' as reason
    from outbox where body->>'depositId' = ${id} order by id`

  it('publishes an event with a rising sequence number for each new wait or attention, and none for a repeat', async () => {
    const { id } = await ledger.put()
    await set(id, 'waiting', 'keeper-low')
    const { since } = await ledger.read(id)
    await set(id, 'waiting', 'keeper-low', 'still')
    expect(await ledger.read(id)).toMatchObject({ since, detail: 'still' })
    await set(id, 'funding')
    await set(id, 'waiting', 'gas-price')
    await set(id, 'needs-attention', 'token-refused')
    expect(await events(id)).toEqual([
      { route: 'sweep.waiting', seq: 1, reason: 'keeper-low' },
      { route: 'sweep.waiting', seq: 2, reason: 'gas-price' },
      { route: 'sweep.needs-attention', seq: 3, reason: 'token-refused' },
    ])
  })

  it('publishes the end of a deposit that is not swept, and its order as dust afterwards', async () => {
    const { id } = await ledger.put({ wallet: `0x${'d5'.repeat(20)}` })
    await set(id, 'ignored', 'dust', 'below the minimum')
    await set(id, 'ignored', 'dust', 'below the minimum')
    const order = { operator: 'ann', reason: 'month end' }
    const limits = { minAmount: 1n, maxCostWei: 1n, factor: 0 }
    const wallets = [await ledger.read(id)].map(({ asset }) => ({ depositId: id, asset }))
    await createDustOrders(ledger.db).order({ chain: aChain(), limits, wallets }, order)
    await set(id, 'ignored', 'dust', 'ordered, but gas is too dear')
    const told = (await events(id)).filter(({ route }) => route.startsWith('sweep.'))
    expect(told).toMatchObject([
      { route: 'sweep.ignored', seq: 1, reason: 'dust' },
      { route: 'sweep.waiting', seq: 2, reason: 'queued' },
      { route: 'sweep.ignored', seq: 3, reason: 'dust' },
    ])
  })

  it('gives simultaneous changes sequence numbers without gaps or duplicates', async () => {
    const { id } = await ledger.put()
    const reasons = Array.from({ length: 10 }, (_, i) => `sweep ${i}`)
    await Promise.all(reasons.map((reason) => set(id, 'waiting', reason)))
    const seqs = (await events(id)).map((event) => event.seq)
    expect([...seqs].sort((a, b) => a - b)).toEqual(reasons.map((_, i) => i + 1))
  })

  it.each(['done', 'ignored', 'orphaned'] as const)(
    'keeps the state %s at later changes (MONEY 21)',
    async (end) => {
      const { id } = await ledger.put({ state: end, reason: '' })
      await set(id, 'waiting', 'keeper-low')
      await ledger.sweeps.releaseSweep(null, 'run-1', {
        depositId: id,
        state: 'needs-attention',
        reason: 'funds-gone',
        detail: '',
      })
      expect(await ledger.read(id)).toMatchObject({ state: end, reason: '' })
      expect(await events(id)).toEqual([])
    },
  )

  it('ignores a new state for an unknown deposit', async () => {
    await set('31337:0x00:0', 'funding')
    expect(await ledger.sweeps.deposit('31337:0x00:0')).toBeUndefined()
  })

  it('publishes addresses with checksum and amounts as decimal strings', async () => {
    const { id, wallet } = await ledger.put({ amount: 2n ** 200n })
    await set(id, 'waiting', 'keeper-low')
    const [row] = await ledger.sql`select body from outbox where body->>'depositId' = ${id}`
    const { data } = row?.['body'] ?? {}
    expect(data.amount).toBe(String(2n ** 200n))
    expect(data.wallet.toLowerCase()).toBe(wallet)
    expect(data.wallet).not.toBe(wallet)
  })

  it('noteOrder records an operator’s order', async () => {
    const order = { operator: 'ann', action: 'retry', subject: 'x', reason: 'unpaused' }
    await ledger.sweeps.noteOrder(order)
    const rows = await ledger.sql`
      select operator, action, subject, reason from operator_actions where subject = 'x'`
    expect(rows).toEqual([order])
  })
})

describe('tokensGoFirst, for a native sweep (MONEY 6)', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  it.each([
    ['queued', { state: 'waiting', reason: 'queued' }, true],
    ['waiting for the lane', { state: 'waiting', reason: 'wallet-lane x' }, true],
    ['waiting for its sweep’s driver', { state: 'waiting', reason: 'sweep x' }, true],
    ['being funded', { state: 'funding', reason: '' }, true],
    ['about to be signed', { state: 'sweeping', reason: '' }, true],
    ['without gas from the keeper', { state: 'waiting', reason: 'keeper-low' }, false],
    ['waiting for cheaper gas', { state: 'waiting', reason: 'gas-price' }, false],
    ['sent', { state: 'confirming-sweep', reason: '' }, false],
    ['stuck', { state: 'needs-attention', reason: 'token-refused' }, false],
    ['dust', { state: 'ignored', reason: 'dust' }, false],
    ['not confirmed', { state: 'confirming', reason: '', confirmedAt: null }, false],
    ['of another chain', { chainId: 56 }, false],
    ['of another wallet', { wallet: `0x${'77'.repeat(20)}` }, false],
  ] as const)(
    'returns whether the native sweep must wait for a token deposit that is %s',
    async (_, more, expected) => {
      await ledger.sql`delete from deposits`
      const native = await ledger.put({ asset: 'native' })
      await ledger.put(more)
      expect(await ledger.sweeps.tokensGoFirst(native)).toBe(expected)
    },
  )
})
