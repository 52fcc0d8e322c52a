import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Address } from '../../../../domain/address.ts'
import type { Deposit } from '../../../../domain/deposits/deposit.ts'
import { minute, type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { token } from '../../../harness/factories/a-chain.ts'
import { seedTransaction } from '../../../harness/factories/seed-rows.ts'

const aWallet = (): Address => `0x${randomBytes(20).toString('hex')}`

describe('the claim of a sweep (MONEY 6, 10)', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  const claim = (deposit: Deposit, holder: string, leaseMs = minute) =>
    ledger.sweeps.claim(deposit, holder, leaseMs, 0n)
  const lapse = (sweepId: string) =>
    ledger.sql`update sweeps set lease_until = now() - interval '1 second' where id = ${sweepId}`

  it('opens a sweep for the first deposit, and returns driven for another deposit of the wallet’s asset', async () => {
    const wallet = aWallet()
    const { deposit, sweep } = await ledger.claimed({ wallet }, 'run-1')
    const other = await ledger.put({ wallet })
    expect(await claim(other, 'run-2')).toEqual({ kind: 'driven', sweepId: sweep.id })
    expect((await ledger.read(other.id)).sweepId).toBeNull()
    expect((await ledger.read(deposit.id)).sweepId).toBe(sweep.id)
  })

  it('returns the same sweep with a renewed lease if the driver claims again', async () => {
    const { deposit, sweep } = await ledger.claimed({ wallet: aWallet() })
    await lapse(sweep.id)
    expect(await claim(deposit, 'run-1')).toMatchObject({ kind: 'mine', sweep: { id: sweep.id } })
    const [row] =
      await ledger.sql`select lease_until > now() as held from sweeps where id = ${sweep.id}`
    expect(row?.['held']).toBe(true)
  })

  it('gives a lapsed lease to another run, so that the old driver can no longer renew the lease', async () => {
    const wallet = aWallet()
    const { sweep } = await ledger.claimed({ wallet }, 'run-1')
    const other = await ledger.put({ wallet })
    await lapse(sweep.id)
    expect(await claim(other, 'run-2')).toMatchObject({ kind: 'mine', sweep: { id: sweep.id } })
    expect(await ledger.sweeps.renew(sweep.id, 'run-1', minute)).toBe(false)
    expect(await ledger.sweeps.renew(sweep.id, 'run-2', minute)).toBe(true)
  })

  it('makes one of many simultaneous claimers the driver, and returns the sweep’s id to the others', async () => {
    const wallet = aWallet()
    const many = await Promise.all(Array.from({ length: 12 }, () => ledger.put({ wallet })))
    const claims = await Promise.all(many.map((deposit, i) => claim(deposit, `run-${i}`)))
    const mine = claims.flatMap((c) => (c.kind === 'mine' ? [c.sweep.id] : []))
    expect(mine.length).toBe(1)
    expect(claims.filter((c) => c.kind === 'driven' && c.sweepId === mine[0]).length).toBe(11)
  })

  it('closes the wallet’s lane before gas is spent if the chain has used more nonces than our rows (MONEY 14, 22)', async () => {
    const wallet = aWallet()
    const { deposit } = await ledger.claimed({ wallet }, 'run-1')
    const claimAt = (nonce: bigint) => ledger.sweeps.claim(deposit, 'run-1', minute, nonce)
    expect(await claimAt(1n)).toMatchObject({ kind: 'lane-behind' })
    const [lane] = await ledger.sql`select closed_reason from lanes where sender = ${wallet}`
    expect(lane?.['closed_reason']).toBe(
      'the chain has used nonces up to 1, the database knows them up to 0',
    )
    // The lane stays closed until an operator opens it.
    expect(await claimAt(0n)).toMatchObject({ kind: 'lane-behind' })
    await ledger.sql`update lanes set closed_reason = null, next_nonce = 1 where sender = ${wallet}`
    expect(await claimAt(1n)).toMatchObject({ kind: 'mine' })
  })

  it('refuses a wallet with an unexplained transaction, unless its sweep is already signed', async () => {
    const external = (wallet: Address, nonce: number) => ledger.sql`
      insert into foreign_transactions (chain_id, sender, nonce)
      select chain_id, sender, ${nonce} from lanes where sender = ${wallet}`
    const [one, two] = [aWallet(), aWallet()]
    const refused = await ledger.claimed({ wallet: one }, 'run-1')
    await external(one, 0)
    expect(await claim(refused.deposit, 'run-1')).toMatchObject({ kind: 'lane-behind' })
    const signed = await ledger.claimed({ wallet: two }, 'run-1')
    await seedTransaction(ledger.sql, { sweepId: signed.sweep.id, sender: two, step: 'sweep' })
    await external(two, 7)
    expect(await claim(signed.deposit, 'run-1')).toMatchObject({ kind: 'mine' })
  })

  it('returns lane-held for another asset of the wallet on the same chain', async () => {
    const wallet = aWallet()
    const { sweep } = await ledger.claimed({ wallet, asset: token })
    const native = await ledger.put({ wallet, asset: 'native' })
    expect(await claim(native, 'run-2')).toEqual({ kind: 'lane-held', sweepId: sweep.id })
    const elsewhere = await ledger.put({ wallet, asset: 'native', chainId: 56 })
    expect((await claim(elsewhere, 'run-3')).kind).toBe('mine')
  })

  it('takes the lane from a sweep that has no driver and no transaction in flight', async () => {
    const wallet = aWallet()
    const { sweep } = await ledger.claimed({ wallet, asset: token })
    const native = await ledger.put({ wallet, asset: 'native' })
    await seedTransaction(ledger.sql, {
      sweepId: sweep.id,
      step: 'gas',
      sender: aWallet(),
      minedBlock: 9,
    })
    await lapse(sweep.id)
    expect((await claim(native, 'run-2')).kind).toBe('mine')
  })

  it('returns lane-held while a sweep without a driver has a transaction in flight', async () => {
    const wallet = aWallet()
    const { sweep } = await ledger.claimed({ wallet, asset: token })
    const native = await ledger.put({ wallet, asset: 'native' })
    await seedTransaction(ledger.sql, { sweepId: sweep.id, step: 'gas', sender: aWallet() })
    await lapse(sweep.id)
    expect((await claim(native, 'run-2')).kind).toBe('lane-held')
  })

  it.each([
    ['covered since the read', { state: 'done', covered: true }],
    ['orphaned since the read', { state: 'orphaned' }],
    ['ignored since the read', { state: 'ignored' }],
    ['unconfirmed since the read', { state: 'confirming', confirmed_at: null }],
  ])('opens no sweep for a deposit that is %s', async (_, change) => {
    const deposit = await ledger.put({ wallet: aWallet() })
    await ledger.sql`update deposits set ${ledger.sql(change)} where id = ${deposit.id}`
    expect(await claim(deposit, 'run-1')).toEqual({ kind: 'terminal' })
    const rows = await ledger.sql`select 1 from sweeps where wallet = ${deposit.wallet}`
    expect(rows.length).toBe(0)
    expect((await ledger.read(deposit.id)).sweepId).toBeNull()
  })

  it('returns the last mined block of the wallet’s lane, because balances before that block are outdated', async () => {
    const wallet = aWallet()
    const { deposit } = await ledger.claimed({ wallet })
    await ledger.sql`update lanes set last_mined_block = 77 where sender = ${wallet}`
    expect(await claim(deposit, 'run-1')).toMatchObject({ lastMinedBlock: 77n })
  })

  it('opens a wallet’s lane at the nonce that the chain has at the first claim', async () => {
    const deposit = await ledger.put({ wallet: aWallet() })
    await ledger.sweeps.claim(deposit, 'run-1', minute, 5n)
    await ledger.sweeps.claim(deposit, 'run-1', minute, 9n)
    const [lane] = await ledger.sql`
      select role, entry_nonce, next_nonce from lanes where sender = ${deposit.wallet}`
    expect(lane).toEqual({ role: 'wallet', entry_nonce: '5', next_nonce: '5' })
  })
})

describe('the database’s constraints on sweeps and transactions', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  const refused = async (work: Promise<unknown>): Promise<string> => {
    const error = await work.then(
      () => undefined,
      (e: { constraint_name?: string }) => e,
    )
    return error?.constraint_name ?? 'nothing'
  }

  it('refuse a second open sweep of a wallet’s asset (MONEY 10)', async () => {
    const { deposit } = await ledger.claimed({ wallet: aWallet() })
    const again = ledger.sql`insert into sweeps (chain_id, wallet, asset)
      values (${deposit.chainId}, ${deposit.wallet}, ${deposit.asset})`
    expect(await refused(again)).toBe('sweeps_one_open')
  })

  it('refuse a second live round of a step, and the same round twice (MONEY 2)', async () => {
    const { sweep } = await ledger.claimed({ wallet: aWallet() })
    const gas = { sweepId: sweep.id, step: 'gas', sender: aWallet() } as const
    await seedTransaction(ledger.sql, gas)
    const round2 = ledger.sql`
      insert into transactions (key, sweep_id, step, round, chain_id, sender, nonce, "to", value_wei, data, gas_limit, fee_cap_wei)
      values (${`${sweep.id}:gas:2`}, ${sweep.id}, 'gas', 2, 56, ${gas.sender}, 1, ${aWallet()}, 1, '0x', 21000, 1)`
    expect(await refused(round2)).toBe('transactions_one_live_round')
    await ledger.sql`update transactions set state = 'reverted' where sweep_id = ${sweep.id}`
    expect(await refused(seedTransaction(ledger.sql, { ...gas, nonce: 1 }))).toBe(
      'transactions_pkey',
    )
  })

  it('refuse a second transaction of a sender with the same nonce', async () => {
    const sender = aWallet()
    const [one, two] = [
      await ledger.claimed({ wallet: aWallet() }),
      await ledger.claimed({ wallet: aWallet() }),
    ]
    await seedTransaction(ledger.sql, { sweepId: one.sweep.id, step: 'gas', sender, nonce: 3 })
    const again = seedTransaction(ledger.sql, {
      sweepId: two.sweep.id,
      step: 'gas',
      sender,
      nonce: 3,
    })
    expect(await refused(again)).toBe('transactions_one_nonce')
  })

  it('refuse a second sweep of a wallet until a block has included the first sweep (MONEY 6)', async () => {
    const wallet = aWallet()
    const one = await ledger.claimed({ wallet, asset: token })
    const [two] = await ledger.sql`insert into sweeps (chain_id, wallet, asset)
      values (31337, ${wallet}, 'native') returning id`
    const seed = (sweepId: string, nonce: number) =>
      seedTransaction(ledger.sql, { sweepId, step: 'sweep', sender: wallet, nonce })
    await seed(one.sweep.id, 0)
    expect(await refused(seed(two?.['id'], 1))).toBe('transactions_one_live_per_wallet')
    await ledger.sql`update transactions set first_mined_at = now() where sweep_id = ${one.sweep.id}`
    await seed(two?.['id'], 1)
  })
})
