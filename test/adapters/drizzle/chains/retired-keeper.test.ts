import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerChains } from '../../../../adapters/drizzle/chains/chain-registry.ts'
import { cancelTransaction } from '../../../../adapters/drizzle/lanes/cancel-transaction.ts'
import type { Hash } from '../../../../domain/address.ts'
import { aMoneyChain } from '../../../harness/benches/a-money-chain.ts'
import { laneBench } from '../../../harness/benches/lane-bench.ts'
import { type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { anAccount } from '../../../harness/factories/an-account.ts'
import { waitsForALock } from '../../../harness/waiting/waits-for-a-lock.ts'

const order = { operator: 'ann', reason: 'stuck' }

describe('the replacement of a chain’s keeper by another keeper', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  async function aKeeperWithGas() {
    const { chain, ...money } = aMoneyChain()
    const bench = laneBench(ledger, { chain, ...money })
    await registerChains(ledger.db, [chain])
    const transaction = await bench.sent(bench.gas(await bench.aSweep()))
    const gasKeeper = { ...chain.gasKeeper, address: anAccount().address }
    return { chain, bench, transaction, fake: money.fake, next: { ...chain, gasKeeper } }
  }

  it('is refused while the old keeper has live transactions, because only its key can bump or cancel them', async () => {
    const { chain, next, fake, bench } = await aKeeperWithGas()
    expect(await registerChains(ledger.db, [next])).toEqual({
      kind: 'busy',
      keepers: [{ chainId: chain.id, address: chain.gasKeeper.address, live: 1 }],
    })
    expect(await registerChains(ledger.db, [chain])).toEqual({ kind: 'registered', changes: [] })
    fake.mineMany(3)
    await bench.track()
    expect((await registerChains(ledger.db, [next])).kind).toBe('registered')
  })

  it('is refused for one of two simultaneous first registrations with different keepers', async () => {
    const { chain } = aMoneyChain()
    const gasKeeper = { ...chain.gasKeeper, address: anAccount().address }
    const other = { ...chain, coldWallet: anAccount().address, gasKeeper }
    const answers = await Promise.all([chain, other].map((it) => registerChains(ledger.db, [it])))
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['refused', 'registered'])
    const keepers = await ledger.sql`select retired_at from keepers where chain_id = ${chain.id}`
    expect(keepers).toEqual([{ retired_at: null }])
  })

  it('waits for a signature in progress, and then stops workers with the old config from signing for the old keeper', async () => {
    const { chain, bench, next, fake } = await aKeeperWithGas()
    fake.mineMany(3)
    await bench.track()
    const sweep = await bench.aSweep()
    const lane = {
      chainId: chain.id,
      sender: chain.gasKeeper.address,
      role: 'keeper',
      chainNonce: 1n,
    } as const
    const order: string[] = []
    let registered: Promise<unknown> = Promise.resolve()
    await ledger.lanes.withLane(lane, async (locked) => {
      expect(await locked.haltOf(sweep.sweepId, chain.coldWallet)).toBeUndefined()
      registered = registerChains(ledger.db, [next]).then(({ kind }) => order.push(kind))
      await waitsForALock(ledger.sql)
      order.push('signed')
    })
    await registered
    expect(order).toEqual(['signed', 'registered'])
    const halt = { kind: 'keeper-retired', keeper: chain.gasKeeper.address }
    expect(await bench.open(bench.gas(sweep))).toEqual({ kind: 'halted', halt })
    await registerChains(ledger.db, [chain])
    expect(await bench.open(bench.gas(sweep))).toMatchObject({ kind: 'signed' })
  })

  it('succeeds by an operator’s order despite live transactions, which can then no longer be cancelled', async () => {
    const { next, transaction } = await aKeeperWithGas()
    expect((await registerChains(ledger.db, [next], true)).kind).toBe('registered')
    const hash = transaction.attempts[0]?.hash as Hash
    const asked = await cancelTransaction(ledger.db, hash, order)
    expect(asked?.answer).toMatchObject({
      kind: 'refused',
      why: expect.stringContaining('its keeper has retired'),
    })
  })
})
