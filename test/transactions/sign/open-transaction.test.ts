import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PolicyRefused } from '../../../domain/money-errors.ts'
import { aMoneyChain } from '../../harness/benches/a-money-chain.ts'
import { benchFees, laneBench } from '../../harness/benches/lane-bench.ts'
import { type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'
import { ether, gwei } from '../../harness/factories/a-chain.ts'

const costOf = (valueWei: bigint) => valueWei + benchFees.gasLimit * benchFees.maxFeeWei

describe('opening a transaction on a real database', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  function aBench(more: Parameters<typeof aMoneyChain>[0] = {}) {
    const chain = aMoneyChain(more)
    return { chain, ...laneBench(ledger, chain) }
  }

  it('gives consecutive nonces to maxInFlight of 50 concurrent gas payments, and answers lane-full to the others', async () => {
    const { aSweep, open, gas } = aBench({ maxInFlight: 16 })
    const sweeps = await Promise.all(Array.from({ length: 50 }, () => aSweep()))
    const answers = await Promise.all(sweeps.map((sweep) => open(gas(sweep))))
    const nonces = answers.flatMap((a) => (a.kind === 'signed' ? [a.transaction.nonce] : []))
    expect(nonces.map(Number).sort((a, b) => a - b)).toEqual(Array.from(Array(16).keys()))
    expect(answers.filter((a) => a.kind === 'lane-full').length).toBe(34)
  })

  it('takes a nonce only while the balance pays the maximum cost of all unmined transactions (MONEY 7)', async () => {
    const { chain, aSweep, open, gas } = aBench({ maxInFlight: 50 })
    chain.fake.setBalance(chain.keeper.address, 4n * costOf(gwei) - 1n)
    const sweeps = await Promise.all(Array.from({ length: 10 }, () => aSweep()))
    const { number } = await chain.fake.head()
    await ledger.sql`update scan_cursors set height = ${number.toString()} where chain_id = ${chain.chain.id}`
    const answers = await Promise.all(sweeps.map((sweep) => open(gas(sweep))))
    const count = (kind: string) => answers.filter((a) => a.kind === kind).length
    expect([count('signed'), count('keeper-low')]).toEqual([3, 7])
  })

  it('returns node-behind if the balance omits the cost of a final transaction (MONEY 7)', async () => {
    const { chain, aSweep, sent, open, gas, track } = aBench({ finality: { depth: 0 } })
    chain.fake.setBalance(chain.keeper.address, 2n * costOf(gwei) - 1n)
    const [first, second] = [await aSweep(), await aSweep()]
    const before = await chain.fake.head()
    await sent(gas(first))
    chain.fake.mine()
    await track()
    // The node is one block behind: its balance does not include the first transaction's cost.
    const state = Object.assign(Object.create(chain.fake), { head: async () => before })
    const why = `the node is at block ${before.number}, behind block 1000000000000, which the scanner has read`
    expect(await open(gas(second), { ...chain, state })).toEqual({ kind: 'node-behind', why })
  })

  it('signs one transaction for concurrent and repeated calls of one sweep and step', async () => {
    const { aSweep, open, gas } = aBench()
    const sweep = await aSweep()
    const many = Array.from({ length: 8 }, () => open(gas(sweep)))
    const answers = [...(await Promise.all(many)), await open(gas(sweep))]
    const hashes = answers.map((a) => a.kind === 'signed' && a.transaction.attempts[0]?.hash)
    expect(new Set(hashes).size).toBe(1)
    expect(answers.filter((a) => a.kind === 'signed' && a.isNew).length).toBe(1)
    expect((await ledger.lanes.ofSweep(sweep.sweepId)).length).toBe(1)
  })

  it('broadcasts the stored bytes if the process crashed before its broadcast (MONEY 1, 5)', async () => {
    const { chain, aSweep, signed, gas, track } = aBench()
    const transaction = await signed(gas(await aSweep()))
    expect(chain.fake.sent).toEqual([])
    await track()
    await track()
    expect(chain.fake.sent).toEqual([transaction.attempts[0]?.raw])
  })

  it('takes no nonce and stores no row if the policy refuses the signature', async () => {
    const { chain, aSweep, open, signed, gas } = aBench()
    const sweep = await aSweep()
    const fees = { ...benchFees, maxFeeWei: chain.chain.gas.maxFeeWei + 1n }
    await expect(open(gas(sweep, { fees }))).rejects.toThrow(PolicyRefused)
    expect(await ledger.lanes.ofSweep(sweep.sweepId)).toEqual([])
    expect((await signed(gas(sweep))).nonce).toBe(0n)
  })

  it('opens a lane at the chain’s nonce, and closes the lane if the chain’s nonce exceeds the lane’s nonce (MONEY 22)', async () => {
    const { chain, aSweep, open, signed, gas } = aBench()
    for (let n = 0; n < 2; n += 1) chain.fake.useNonce(chain.keeper.address)
    const [first, second] = [await aSweep(), await aSweep()]
    expect((await signed(gas(first))).nonce).toBe(2n)
    for (let n = 0; n < 2; n += 1) chain.fake.useNonce(chain.keeper.address)
    expect(await open(gas(second))).toMatchObject({ kind: 'lane-behind' })
    const [lane] = await ledger.sql`
      select closed_reason, closed_at from lanes where sender = ${chain.keeper.address}`
    expect(lane?.['closed_reason']).toBe(
      'the chain has used nonces up to 4, the database knows them up to 3',
    )
    expect(lane?.['closed_at']).not.toBeNull()
    // A transaction that is already signed stays unchanged.
    expect(await open(gas(first))).toMatchObject({ kind: 'signed', isNew: false })
  })

  it('keeps a lane closed until an operator opens it, whatever the chain’s nonce is (MONEY 22)', async () => {
    const { chain, aSweep, open, gas } = aBench()
    const sweep = await aSweep()
    await open(gas(await aSweep()))
    await ledger.sql`update lanes set closed_reason = 'x' where sender = ${chain.keeper.address}`
    expect(await open(gas(sweep))).toMatchObject({ kind: 'lane-behind' })
  })

  it.each(['gas', 'native'] as const)(
    'closes the lane of an unexplained external transaction until the transaction is adopted: %s (MONEY 22)',
    async (step) => {
      const { chain, aSweep, open, ...bench } = aBench()
      const sweep = await aSweep()
      chain.fake.setBalance(sweep.wallet, ether)
      const sender = step === 'gas' ? chain.keeper.address : sweep.wallet
      await ledger.sql`
        insert into foreign_transactions (chain_id, sender, nonce) values (${chain.chain.id}, ${sender}, 0)`
      expect(await open(bench[step](sweep))).toMatchObject({ kind: 'lane-behind' })
      await ledger.sql`update foreign_transactions set adopted_at = now() where sender = ${sender}`
      await ledger.sql`update lanes set closed_reason = null where sender = ${sender}`
      expect(await open(bench[step](sweep))).toMatchObject({ kind: 'signed' })
    },
  )

  it('keeps the lane open if an external transaction used the nonce of a transaction with a row', async () => {
    const { chain, aSweep, open, signed, gas } = aBench()
    const { nonce } = await signed(gas(await aSweep()))
    await ledger.sql`
      insert into foreign_transactions (chain_id, sender, nonce)
      values (${chain.chain.id}, ${chain.keeper.address}, ${String(nonce)})`
    expect(await open(gas(await aSweep()))).toMatchObject({ kind: 'signed' })
  })

  it('signs nothing while the scanner is far behind the head, or has never started (MONEY 22)', async () => {
    const { chain, aSweep, open, gas } = aBench({ maxScanLag: 5n })
    const sweep = await aSweep()
    const { number } = await chain.fake.head()
    const at = (height: bigint) =>
      ledger.sql`update scan_cursors set height = ${String(height)} where chain_id = ${chain.chain.id}`
    await at(number - 6n)
    expect(await open(gas(sweep))).toEqual({ kind: 'scanner-behind' })
    await at(number - 5n)
    expect(await open(gas(sweep))).toMatchObject({ kind: 'signed' })
    const other = await aSweep()
    await ledger.sql`delete from scan_cursors where chain_id = ${chain.chain.id}`
    expect(await open(gas(other))).toEqual({ kind: 'scanner-behind' })
  })

  it('refuses to sign a sweep that has lost its wallet’s lane (MONEY 6)', async () => {
    const { aSweep, open, native } = aBench()
    const sweep = await aSweep()
    await ledger.sql`update lanes set holder_sweep_id = null where sender = ${sweep.wallet}`
    expect(await open(native(sweep))).toEqual({ kind: 'lane-lost' })
  })

  it('stores the block of the swept balance for a sweep, and null for a gas payment (MONEY 11)', async () => {
    const { chain, ...bench } = aBench()
    const sweep = await bench.aSweep()
    chain.fake.setBalance(sweep.wallet, 10n ** 18n)
    await bench.signed({ ...bench.native(sweep), balanceBlock: 3n })
    await bench.signed(bench.gas(await bench.aSweep()))
    const rows = await ledger.sql`
      select step, balance_block from transactions order by created_at desc limit 2`
    expect(rows.map((row) => [row['step'], row['balance_block']])).toEqual([
      ['gas', null],
      ['sweep', '3'],
    ])
  })

  it('signs no sweep while the balance does not reflect an earlier sweep of the wallet (MONEY 6)', async () => {
    const { chain, aSweep, sent, open, native, track } = aBench()
    const first = await aSweep()
    chain.fake.setBalance(first.wallet, ether)
    await sent(native(first))
    chain.fake.mine()
    await track()
    const second = await aSweep(first.wallet, chain.chain.tokens[0]?.id)
    // A reorg removes the first sweep's transaction from its block.
    chain.fake.rollBack(1)
    chain.fake.mineMany(2)
    await track()
    expect(await open(native(second))).toEqual({ kind: 'lane-not-final' })
    const before = await chain.fake.head()
    chain.fake.mine()
    await track()
    // This node does not have the block of the first sweep's transaction yet.
    const state = Object.assign(Object.create(chain.fake), { head: async () => before })
    expect(await open(native(second), { ...chain, state })).toEqual({ kind: 'lane-not-final' })
    expect(await open(native(second))).toMatchObject({ kind: 'signed', isNew: true })
  })

  it.each(['gas', 'native'] as const)('signs nothing for a closed sweep: %s', async (step) => {
    const { aSweep, open, ...bench } = aBench()
    const sweep = await aSweep()
    await ledger.sql`
      update sweeps set closed_at = now(), outcome = 'void' where id = ${sweep.sweepId}`
    expect(await open(bench[step](sweep))).toEqual({ kind: 'lane-lost' })
  })
})
