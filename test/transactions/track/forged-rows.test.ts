import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Transaction } from '../../../domain/lanes/transaction.ts'
import { type AnvilChain, anAnvilChain } from '../../harness/benches/an-anvil-chain.ts'
import { laneBench } from '../../harness/benches/lane-bench.ts'
import { type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'
import { gwei } from '../../harness/factories/a-chain.ts'

const stolenWei = 9n * 10n ** 16n

describe('somebody who can write rows and has no key (MONEY 27)', () => {
  let ledger: OwnLedger
  let chain: AnvilChain
  let bench: ReturnType<typeof laneBench>
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())
  beforeEach(async () => {
    chain = await anAnvilChain()
    bench = laneBench(ledger, chain)
  })
  afterEach(() => chain.stop())

  /** Lets the price rise, so that every transaction of the lane is due for a bump. */
  async function dearBlocks() {
    for (let n = 0; n < 3; n += 1) {
      await chain.setBaseFee(40n * gwei)
      await chain.request('anvil_mine', ['0x1'])
      await chain.setBaseFee(40n * gwei)
      await bench.track()
    }
  }
  const attemptsOf = async (transaction: Transaction) => (await bench.now(transaction)).attempts
  const refusals = () =>
    bench.log.lines.filter(({ message }) => message === 'replacement refused by policy')

  it.each([
    [
      'a larger value',
      (key: string) => ledger.sql`
      with changed as (update transactions set value_wei = ${String(stolenWei)} where key = ${key})
      update attempts set value_wei = ${String(stolenWei)} where transaction_key = ${key}`,
    ],
    [
      'another user wallet',
      (key: string) => ledger.sql`
      update transactions set "to" = ${chain.addWallet().address} where key = ${key}`,
    ],
  ])('gets no bump of the keeper’s transaction with %s', async (_, forge) => {
    const transaction = await bench.sent(bench.gas(await bench.aSweep()))
    await forge(transaction.key)
    await dearBlocks()
    expect(await attemptsOf(transaction)).toHaveLength(1)
    expect(refusals().length).toBeGreaterThan(0)
    const [{ fields } = { fields: {} }] = refusals()
    expect(String((fields as { error?: unknown }).error)).toContain('is not what was signed')
  })

  it('gets no signature for a transaction that the keeper never signed', async () => {
    const { sweepId, wallet } = await bench.aSweep()
    const real = await bench.sent(bench.gas({ sweepId, wallet }))
    const thief = await bench.aSweep()
    const balance = async () =>
      await chain.state.nativeBalance(thief.wallet, (await chain.state.head()).hash)
    const before = await balance()
    const key = `${thief.sweepId}:gas:1`
    await ledger.sql`
      insert into transactions
      select (jsonb_populate_record(t, jsonb_build_object('key', ${key}::text,
        'sweep_id', ${thief.sweepId}::text, 'nonce', t.nonce + 1, 'to', ${thief.wallet}::text,
        'value_wei', ${String(stolenWei)}::text))).*
      from transactions t where key = ${real.key}`
    await ledger.sql`
      insert into attempts
      select (jsonb_populate_record(a, jsonb_build_object('transaction_key', ${key}::text,
        'hash', ${`0x${'ab'.repeat(32)}`}::text, 'value_wei', ${String(stolenWei)}::text))).*
      from attempts a where transaction_key = ${real.key}`
    await dearBlocks()
    const [forged] = await ledger.lanes.ofSweep(thief.sweepId)
    expect(forged?.attempts).toHaveLength(1)
    expect(await balance()).toBe(before)
    // The keeper's own transaction is bumped as before.
    expect((await attemptsOf(real)).length).toBeGreaterThan(1)
  })
})
