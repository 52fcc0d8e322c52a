import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { cancelTransaction } from '../../../adapters/drizzle/lanes/cancel-transaction.ts'
import { createTransactionCodec } from '../../../adapters/viem/transaction-codec.ts'
import type { Transaction } from '../../../domain/lanes/transaction.ts'
import { type AnvilChain, anAnvilChain } from '../../harness/benches/an-anvil-chain.ts'
import { laneBench, tokenGas } from '../../harness/benches/lane-bench.ts'
import { type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'
import { gwei } from '../../harness/factories/a-chain.ts'
import type { Account } from '../../harness/factories/an-account.ts'

const codec = createTransactionCodec()
const hashOf = (transaction: Transaction) => transaction.attempts[0]?.hash ?? '0x'

describe('cancels, gaps and external transactions on anvil (MONEY 3, 5)', () => {
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

  /** Orders a cancel. Returns true if the order is the first and the transaction is unmined. */
  async function cancel(transaction: Transaction): Promise<boolean> {
    const order = { operator: 'ann', reason: 'no block takes it' }
    const asked = await cancelTransaction(ledger.db, hashOf(transaction), order)
    return asked?.answer.kind === 'done'
  }
  async function final(...all: Transaction[]) {
    await chain.mine(3)
    await bench.track()
    return await Promise.all(all.map((transaction) => bench.now(transaction)))
  }

  it('moves nothing with a cancelled gas payment, and opens the next round on a later nonce (MONEY 2)', async () => {
    const { aSweep, sent, signed, gas, track, now } = bench
    const sweep = await aSweep()
    await chain.mine()
    const before = await chain.balanceOf(sweep.wallet)
    const transaction = await sent(gas(sweep))
    expect(await cancel(transaction)).toBe(true)
    expect(await cancel(transaction)).toBe(false)
    await track()
    await track()
    const { attempts } = await now(transaction)
    expect(attempts).toMatchObject([
      { kind: 'send', valueWei: gwei },
      { kind: 'cancel', number: 2, valueWei: 0n },
    ])
    // No further round opens while the transaction is live.
    expect((await signed(gas(sweep))).key).toBe(transaction.key)
    const [ended] = await final(transaction)
    expect(ended).toMatchObject({ state: 'cancelled', mined: { ok: true, gasUsed: 21_000n } })
    expect(await chain.balanceOf(sweep.wallet)).toBe(before)
    const next = await sent(gas(sweep))
    expect(next).toMatchObject({ round: 2, nonce: transaction.nonce + 1n })
    const [paid] = await final(next)
    expect(paid?.state).toBe('succeeded')
    expect(await chain.balanceOf(sweep.wallet)).toBe(before + gwei)
  })

  it('ignores a cancel order if the payment is mined first', async () => {
    const { aSweep, sent, gas, track } = bench
    const transaction = await sent(gas(await aSweep()))
    await cancel(transaction)
    await chain.mine()
    await track()
    const [ended] = await final(transaction)
    expect(ended).toMatchObject({ state: 'succeeded', attempts: [{ kind: 'send' }] })
    expect(await cancel(transaction)).toBe(false)
  })

  it('cancels a token sweep at a fee above its cap, because a cancel needs only 21,000 gas', async () => {
    const { aSweep, sent, tokens, track, now } = bench
    const sweep = await aSweep(undefined, chain.chain.tokens[0]?.id)
    await chain.setBalance(sweep.wallet, tokenGas * 3n * gwei)
    const transaction = await sent(tokens(sweep, 3n * gwei))
    await chain.setBaseFee(5n * gwei)
    await chain.request('anvil_mine', ['0x1'])
    await chain.setBaseFee(5n * gwei)
    await track()
    expect((await now(transaction)).attempts.length).toBe(1)
    await cancel(transaction)
    await track()
    const [, second] = (await now(transaction)).attempts
    expect(second?.kind).toBe('cancel')
    expect(second?.maxFeeWei).toBeGreaterThan(transaction.feeCapWei)
    const [ended] = await final(transaction)
    expect(ended).toMatchObject({ state: 'cancelled', mined: { hash: second?.hash } })
  })

  it('bumps a cancel like a payment, and signs no payment after a cancel', async () => {
    const { aSweep, sent, gas, track, now } = bench
    const transaction = await sent(gas(await aSweep()))
    await cancel(transaction)
    await track()
    await chain.setBaseFee(60n * gwei)
    await chain.request('anvil_mine', ['0x1'])
    await chain.setBaseFee(60n * gwei)
    await track()
    const { attempts } = await now(transaction)
    expect(attempts.map(({ kind }) => kind)).toEqual(['send', 'cancel', 'cancel'])
    const [ended] = await final(transaction)
    expect(ended?.state).toBe('cancelled')
  })

  it('rebroadcasts all dropped transactions of a lane within two polls, in an order that the pool accepts', async () => {
    const { aSweep, sent, gas, track } = bench
    const all: Transaction[] = []
    for (let n = 0; n < 5; n += 1) all.push(await sent(gas(await aSweep())))
    for (const transaction of all)
      await chain.request('anvil_dropTransaction', [hashOf(transaction)])
    await track()
    await track()
    for (const transaction of all)
      expect(await chain.broadcaster.knows(hashOf(transaction))).toBe(true)
    for (const ended of await final(...all)) expect(ended.state).toBe('succeeded')
  })

  it('closes a gap by a rebroadcast of the lowest nonce, so that the nonces above are mined', async () => {
    const { aSweep, sent, gas, track, now } = bench
    const all: Transaction[] = []
    for (let n = 0; n < 4; n += 1) all.push(await sent(gas(await aSweep())))
    const [lowest, ...above] = all
    await chain.request('anvil_dropTransaction', [lowest ? hashOf(lowest) : '0x'])
    await chain.mine()
    await track()
    for (const transaction of above) expect((await now(transaction)).mined).toBeNull()
    await track()
    const ended = await final(...all)
    expect(ended.map(({ state }) => state)).toEqual(all.map(() => 'succeeded'))
    expect(ended.map(({ nonce }) => nonce)).toEqual([0n, 1n, 2n, 3n])
    // The tracker did not bump the transactions above the gap.
    expect(ended.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1, 1])
  })

  /**
   * Uses the nonce of `transaction` for a payment that coldsweep did not sign, as a third party
   * with the account's key could.
   */
  async function strangerUses(account: Account, transaction: Transaction) {
    await chain.request('anvil_dropTransaction', [hashOf(transaction)])
    const { raw } = await codec.sign(
      {
        chainId: chain.chain.id,
        feeMode: 'eip1559',
        nonce: transaction.nonce,
        to: account.address,
        valueWei: 0n,
        data: '0x',
        fees: { gasLimit: 21_000n, maxFeeWei: 5n * gwei, maxPriorityFeeWei: gwei },
      },
      account.key,
    )
    await chain.broadcaster.send(raw)
  }

  it.each(['keeper', 'wallet'] as const)(
    'ends a transaction as displaced with one alarm after an external transaction of the %s, and continues on a later nonce',
    async (whose) => {
      const { aSweep, sent, gas, native, track, now, log, metrics } = bench
      const account = whose === 'keeper' ? chain.keeper : chain.addWallet()
      const sweep = await aSweep(whose === 'wallet' ? account.address : undefined)
      await chain.mine()
      const request = () => (whose === 'keeper' ? gas(sweep) : native(sweep))
      const transaction = await sent(request())
      await strangerUses(account, transaction)
      for (let blocks = 0; blocks < 2; blocks += 1) {
        await chain.mine()
        await track()
        expect((await now(transaction)).state).toBe('live')
      }
      await chain.mine()
      await track()
      await track()
      expect(await now(transaction)).toMatchObject({ state: 'displaced', mined: null })
      expect((await now(transaction)).attempts.length).toBe(1)
      const alarms = log.lines.filter((line) => line.level === 'error')
      expect(alarms).toMatchObject([{ fields: { sender: account.address, nonce: '0' } }])
      expect(metrics.counts.get('coldsweep_displaced_transactions_total')).toBe(1)
      const rows = await ledger.sql`
        select nonce from foreign_transactions where sender = ${account.address}`
      expect(rows).toEqual([{ nonce: '0' }])
      const next = await sent(request())
      expect(next).toMatchObject({ round: 2, nonce: 1n })
      const [ended] = await final(next)
      expect(ended?.state).toBe('succeeded')
    },
  )
})
