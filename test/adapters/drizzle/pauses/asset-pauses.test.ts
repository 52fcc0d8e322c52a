import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  endTrial,
  noteFailure,
  pauseAsset,
} from '../../../../adapters/drizzle/pauses/asset-pauses.ts'
import type { Address } from '../../../../domain/address.ts'
import { sweepWorkflowId } from '../../../../workflows/contract.ts'
import { type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { coldWallet, keeper, token } from '../../../harness/factories/a-chain.ts'
import { drawAddress, drawHash, seedTransaction } from '../../../harness/factories/seed-rows.ts'

const chainId = 56
const at = { chainId, asset: token }
const ann = { operator: 'ann', reason: 'the token is hacked' }

describe('paused assets (MONEY 30)', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
    await ledger.sql`
      insert into chains (id, name, cold_wallet) values (${chainId}, 'bsc', ${coldWallet})`
  })
  afterAll(() => ledger.close())
  beforeEach(async () => {
    await ledger.sql`
      truncate asset_pauses, attempts, transactions, sweeps, lanes, deposits cascade`
  })

  async function claim(asset: string = token, wallet = drawAddress() as Address) {
    const deposit = await ledger.put({ chainId, asset, wallet } as never)
    const answer = await ledger.sweeps.claim(deposit, drawHash(), 60_000, 0n)
    return { wallet, answer, sweepId: answer.kind === 'mine' ? answer.sweep.id : '' }
  }
  /** Stores a sweep whose transaction failed on chain this long ago. */
  async function failed(
    wallet: Address,
    { ago = '1 minute', state = 'reverted', asset = token as string } = {},
  ) {
    const { sweepId } = await claim(asset, wallet)
    await seedTransaction(ledger.sql, {
      sweepId,
      step: 'sweep',
      sender: wallet,
      nonce: Math.floor(Math.random() * 1e9),
      state,
      minedBlock: 9,
    })
    await ledger.sql`
      update transactions set ended_at = now() - ${ago}::interval where sweep_id = ${sweepId}`
    await ledger.sql`update sweeps set closed_at = now(), outcome = 'void' where id = ${sweepId}`
    await ledger.sql`update lanes set holder_sweep_id = null`
    return sweepId
  }
  const note = (sweepId: string, asset: string = token) =>
    ledger.db.transaction((tx) => noteFailure(tx, { chainId, asset }, sweepId))
  const wallets = () => [1, 2, 3].map(() => drawAddress() as Address)
  async function tripped() {
    const [a, b, c] = wallets() as [Address, Address, Address]
    let last = ''
    for (const wallet of [a, a, b, b, c]) last = await failed(wallet)
    expect(await note(last)).toMatch(/^5 sweeps of 3 wallets failed on chain in the last hour/)
  }
  const trialIsDue = () =>
    ledger.sql`update asset_pauses set next_trial_at = now() - interval '1 second'`
  const trialIsOver = () =>
    ledger.sql`update asset_pauses set trial_until = now() - interval '1 second'`
  const minutesToTrial = async () => {
    const [row] = await ledger.sql`
      select round(extract(epoch from next_trial_at - now()) / 60)::int as minutes, trials
      from asset_pauses`
    return row && { minutes: row['minutes'], trials: row['trials'] }
  }

  it('the breaker stops an asset after five failures of three wallets, and no other asset', async () => {
    await tripped()
    expect((await claim()).answer).toMatchObject({
      kind: 'halted',
      halt: { kind: 'asset-paused', triedAt: expect.any(Date) },
    })
    expect((await claim('native')).answer).toMatchObject({ kind: 'mine' })
    expect(await minutesToTrial()).toEqual({ minutes: 10, trials: 0 })
  })

  it.each([
    [
      'two wallets alone',
      async (a: Address, b: Address) => {
        for (const wallet of [a, a, a, b, b]) await failed(wallet)
      },
    ],
    [
      'failures of more than an hour ago',
      async (a: Address, b: Address, c: Address) => {
        for (const wallet of [a, a, b, b, c]) await failed(wallet, { ago: '61 minutes' })
      },
    ],
    [
      'transfers of wallets that held less than was signed',
      async (a: Address, b: Address, c: Address) => {
        for (const wallet of [a, a, b, b, c]) await failed(wallet)
        await ledger.sql`update transactions set stale_balance = true`
      },
    ],
    [
      'sweeps that succeeded',
      async (a: Address, b: Address, c: Address) => {
        for (const wallet of [a, a, b, b, c]) await failed(wallet, { state: 'succeeded' })
      },
    ],
    [
      'failures that are half of what the asset costs',
      async (a: Address, b: Address, c: Address) => {
        for (const wallet of [a, a, b, b, c]) await failed(wallet)
        for (let n = 0; n < 6; n += 1)
          await failed(drawAddress() as Address, { state: 'succeeded' })
      },
    ],
  ])('the breaker does not stop an asset for %s', async (_, happen) => {
    const [a, b, c] = wallets() as [Address, Address, Address]
    await happen(a, b, c)
    const one = await failed(c, { state: 'succeeded' })
    expect(await note(one)).toBeUndefined()
    expect((await claim()).answer).toMatchObject({ kind: 'mine' })
  })

  it('the breaker never stops the native coin', async () => {
    for (const wallet of [...wallets(), ...wallets()]) await failed(wallet, { asset: 'native' })
    const { sweepId } = await claim('native')
    expect(await note(sweepId, 'native')).toBeUndefined()
  })

  it('one sweep at a time is tried when the time has come, and others wait', async () => {
    await tripped()
    await trialIsDue()
    const tried = await claim()
    expect(tried.answer).toMatchObject({ kind: 'mine' })
    expect((await claim()).answer).toMatchObject({ kind: 'halted' })
    const halt = (sweepId: string) =>
      ledger.lanes.withLane({ chainId, sender: keeper, role: 'keeper', chainNonce: 0n }, (lane) =>
        lane.haltOf(sweepId, coldWallet),
      )
    expect(await halt(tried.sweepId)).toBeUndefined()
    await seedTransaction(ledger.sql, { sweepId: tried.sweepId, step: 'gas', sender: keeper })
    await trialIsOver()
    expect((await claim()).answer).toMatchObject({ kind: 'halted' })
    await ledger.sql`truncate attempts, transactions cascade`
    const next = await claim()
    expect(next.answer).toMatchObject({ kind: 'mine' })
    expect(await halt(tried.sweepId)).toMatchObject({ kind: 'asset-paused' })
    expect(await halt(next.sweepId)).toBeUndefined()
  })

  it('a tried sweep that fails doubles the time, and one that succeeds ends the pause', async () => {
    await tripped()
    for (const minutes of [20, 40, 80]) {
      await trialIsDue()
      const { sweepId } = await claim()
      expect(await note(sweepId)).toBeUndefined()
      expect((await minutesToTrial())?.minutes).toBe(minutes)
    }
    await trialIsDue()
    const { sweepId } = await claim()
    expect(await endTrial(ledger.db, at, sweepId)).toBe(true)
    expect((await claim()).answer).toMatchObject({ kind: 'mine' })
  })

  it('a tried sweep that ends without a transaction, as dust does, frees the trial at once', async () => {
    await tripped()
    await trialIsDue()
    const { sweepId } = await claim()
    await ledger.sql`update sweeps set closed_at = now(), outcome = 'void' where id = ${sweepId}`
    expect((await claim()).answer).toMatchObject({ kind: 'mine' })
  })

  it('failures from before the end of a pause do not count again, and a second pause tries later', async () => {
    await tripped()
    await trialIsDue()
    const { sweepId, wallet } = await claim()
    expect(await endTrial(ledger.db, at, sweepId)).toBe(true)
    await ledger.sql`update sweeps set closed_at = now(), outcome = 'swept' where id = ${sweepId}`
    await ledger.sql`update lanes set holder_sweep_id = null`
    expect(await note(await failed(wallet))).toBeUndefined()
    for (const one of [...wallets(), ...wallets()]) await failed(one)
    expect(await note(await failed(wallet))).toMatch(/^8 sweeps of 7 wallets/)
    expect(await minutesToTrial()).toEqual({ minutes: 20, trials: 1 })
  })

  it('an operator pauses and resumes an asset, audited, and no sweep of it is tried', async () => {
    expect(await pauseAsset(ledger.db, at, ann, true)).toEqual({ kind: 'done', state: 'paused' })
    expect(await pauseAsset(ledger.db, at, ann, true)).toEqual({ kind: 'already', state: 'paused' })
    expect((await claim()).answer).toMatchObject({
      halt: { kind: 'asset-paused', why: 'the token is hacked (ann)', triedAt: null },
    })
    expect(await pauseAsset(ledger.db, at, ann, false)).toEqual({ kind: 'done', state: 'resumed' })
    expect(await pauseAsset(ledger.db, at, ann, false)).toMatchObject({ kind: 'already' })
    expect((await claim()).answer).toMatchObject({ kind: 'mine' })
    const actions = await ledger.sql`select action, subject from operator_actions order by id`
    expect(actions.map(({ action, subject }) => [action, subject])).toEqual([
      ['pause', `asset ${chainId}:${token}`],
      ['resume', `asset ${chainId}:${token}`],
    ])
    expect(await pauseAsset(ledger.db, { chainId: 999, asset: token }, ann, true)).toBeUndefined()
  })

  it('an operator’s pause takes the place of the breaker’s', async () => {
    await tripped()
    expect(await pauseAsset(ledger.db, at, ann, true)).toEqual({ kind: 'done', state: 'paused' })
    await ledger.sql`update asset_pauses set trials = 0`
    expect((await claim()).answer).toMatchObject({ halt: { triedAt: null } })
  })

  it('one deposit is woken for a trial, and all of them when the pause ends', async () => {
    await tripped()
    const waiting: string[] = []
    for (let n = 0; n < 3; n += 1) {
      const deposit = await ledger.put({ chainId, asset: token } as never)
      const reason = 'asset-paused'
      await ledger.sweeps.setState({ depositId: deposit.id, state: 'waiting', reason, detail: '' })
      waiting.push(sweepWorkflowId(deposit.id))
    }
    const due = async () =>
      (await ledger.lanes.dueWakeUps(chainId, 16)).filter(({ workflowId }) =>
        waiting.includes(workflowId),
      ).length
    expect(await due()).toBe(0)
    await trialIsDue()
    expect(await due()).toBe(1)
    await pauseAsset(ledger.db, at, ann, false)
    expect(await due()).toBe(3)
  })
})
