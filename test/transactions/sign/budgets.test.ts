import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { OpenRequest } from '../../../transactions/sign/open-transaction.ts'
import { aMoneyChain } from '../../harness/benches/a-money-chain.ts'
import { laneBench, tokenGas } from '../../harness/benches/lane-bench.ts'
import { type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'
import { aChain, ether, gwei, token } from '../../harness/factories/a-chain.ts'

/** Wei of one gas payment of the bench: 1 gwei of gas money, and 21,000 gas at 1 gwei. */
const payment = gwei + 21_000n * gwei
const budget = (payments: bigint) => ({
  perHourWei: payments * payment,
  perDayWei: payments * payment,
})
const plenty = budget(1_000n)

describe('budgets at the signature (MONEY 29)', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())
  beforeEach(async () => {
    await ledger.sql`truncate attempts, transactions, sweeps, lanes, deposits cascade`
  })

  /**
   * A bench with a chain whose budgets are for the chain, the native coin and its token. Without a
   * minimum every balance may use the whole budget.
   */
  function aBench({ chain = plenty, native = plenty, ofToken = plenty, min = 0n } = {}) {
    const plain = aChain()
    const made = aMoneyChain({
      budget: chain,
      native: { ...plain.native, min, budget: native },
      tokens: plain.tokens.map((it) => ({ ...it, min, budget: ofToken })),
    })
    return { chain: made, ...laneBench(ledger, made) }
  }
  const why = async (answer: Promise<{ kind: string; why?: string }>) => {
    const { kind, why: words } = await answer
    return kind === 'budget' ? words : kind
  }

  it('signs gas for an asset up to its budget, and gas for other assets beyond', async () => {
    const { aSweep, open, gas } = aBench({ ofToken: budget(2n) })
    for (let n = 0; n < 2; n += 1)
      expect(await open(gas(await aSweep(undefined, token)))).toMatchObject({ kind: 'signed' })
    expect(await why(open(gas(await aSweep(undefined, token))))).toMatch(
      /^USDT has spent 0\.000042002 ETH in the last hour, the next transaction costs up to 0\.000021001 ETH, and budget\.perHour allows 0\.000042002 ETH: it continues from \d{4}-.*Z on, or when budget\.perHour is raised$/,
    )
    expect(await open(gas(await aSweep()))).toMatchObject({ kind: 'signed' })
  })

  it('limits all assets of the chain together', async () => {
    const { aSweep, open, gas } = aBench({ chain: budget(2n) })
    await open(gas(await aSweep(undefined, token)))
    await open(gas(await aSweep()))
    expect(await why(open(gas(await aSweep())))).toMatch(/^the chain has spent 0\.000042002 ETH/)
  })

  it('holds when many runs sign at once', async () => {
    const { aSweep, open, gas } = aBench({ ofToken: budget(5n) })
    const sweeps = []
    for (let n = 0; n < 12; n += 1) sweeps.push(await aSweep(undefined, token))
    const answers = await Promise.all(sweeps.map((sweep) => open(gas(sweep))))
    expect(answers.filter(({ kind }) => kind === 'signed')).toHaveLength(5)
    expect(answers.filter(({ kind }) => kind === 'budget')).toHaveLength(7)
  })

  it('keep a quarter for large balances, so that many small deposits hold back no large one', async () => {
    const { aSweep, open, gas } = aBench({ ofToken: budget(4n), chain: budget(100n), min: 5n })
    const planned = async (amount: bigint) => {
      const sweep = await aSweep(undefined, token)
      await ledger.sql`
        update sweeps set planned_amount = ${String(amount)}, planned_block = 1 where id = ${sweep.sweepId}`
      return gas(sweep)
    }
    for (let n = 0; n < 3; n += 1)
      expect(await open(await planned(499n))).toMatchObject({ kind: 'signed' })
    expect(await why(open(await planned(499n)))).toMatch(
      /budget\.perHour allows 0\.000084004 ETH: a quarter is kept for balances of 100 times the minimum; it continues from/,
    )
    expect(await open(await planned(500n))).toMatchObject({ kind: 'signed' })
    expect(await why(open(await planned(500n)))).toMatch(/allows 0\.000084004 ETH: it continues/)
  })

  it('repeats a signed payment, and gives back what a final payment did not cost', async () => {
    const { chain, aSweep, open, gas, sent, track } = aBench({ ofToken: budget(2n) })
    const dear = { gasLimit: 40_000n, maxFeeWei: gwei, maxPriorityFeeWei: gwei }
    const first = gas(await aSweep(undefined, token), { fees: dear })
    await sent(first)
    const next = gas(await aSweep(undefined, token))
    expect(await open(next)).toMatchObject({ kind: 'budget' })
    expect(await open(first)).toMatchObject({ kind: 'signed', isNew: false })
    // 21,000 of the 40,000 gas were used.
    chain.fake.mine()
    chain.fake.mineMany(2)
    await track()
    expect(await open(next)).toMatchObject({ kind: 'signed' })
  })

  it('lets a signed sweep get another gas round, because it must not be left half done', async () => {
    const made = withEnds(aBench({ ofToken: budget(3n) }))
    const { chain, aSweep, ended, signed, tokens, gas, open } = made
    const sweep = await aSweep(undefined, token)
    chain.fake.setBalance(sweep.wallet, ether)
    const minedAt = await ended(gas(sweep))
    for (let n = 0; n < 2; n += 1) await open(gas(await aSweep(undefined, token)))
    const again = gas(sweep, { shortAtBlock: minedAt })
    expect(await open(again)).toMatchObject({ kind: 'budget' })
    await signed(tokens(sweep, 2n * gwei))
    expect(await open(again)).toMatchObject({ kind: 'signed', isNew: true })
  })

  it('limits what one wallet pays for the sweeps of an asset', async () => {
    const { chain, aSweep, open, native } = aBench({ native: budget(0n) })
    const sweep = await aSweep()
    chain.fake.setBalance(sweep.wallet, ether)
    expect(await why(open(native(sweep)))).toMatch(
      /^the wallet has for ETH spent 0 ETH in the last hour.*it never fits: raise budget\.perHour$/,
    )
    const more = aBench({ native: budget(1n) })
    const other = await more.aSweep()
    more.chain.fake.setBalance(other.wallet, ether)
    const request = more.native(other)
    const dear = { ...request, fees: { ...request.fees, gasLimit: tokenGas } }
    expect(await more.open(dear)).toMatchObject({ kind: 'budget' })
    expect(await more.open(request)).toMatchObject({ kind: 'signed' })
  })

  it('signs a wallet’s sweeps after the day’s number once an hour, and finishes a sweep that has begun (MONEY 30)', async () => {
    const { chain, aSweep, open, native, gas, sent, track } = aBench()
    Object.assign(chain.chain, { walletSweepsPerDay: 2 })
    const { wallet } = await aSweep()
    chain.fake.setBalance(wallet, ether)
    const next = async (asset: 'native' | typeof token) => {
      await ledger.sql`update lanes set holder_sweep_id = null`
      await ledger.sql`update sweeps set closed_at = now(), outcome = 'swept'`
      return await aSweep(wallet, asset)
    }
    for (let n = 0; n < 2; n += 1) {
      await sent(native(await next('native')))
      chain.fake.mine()
      chain.fake.mineMany(2)
      await track()
    }
    const other = await next(token)
    expect(await open(gas(other))).toMatchObject({ kind: 'signed' })
    const third = await next('native')
    expect(await why(open(native(third)))).toMatch(
      /^the wallet had 2 sweeps of the asset in the last 24 hours, and limits\.walletSweepsPerDay allows 2;.* it continues from \d{4}-/,
    )
    await ledger.sql`update transactions set created_at = now() - interval '61 minutes'`
    expect(await open(native(third))).toMatchObject({ kind: 'signed' })
  })

  function withEnds<Made extends ReturnType<typeof aBench>>(made: Made) {
    const ended = async (request: OpenRequest) => {
      await made.sent(request)
      const block = made.chain.fake.mine()
      made.chain.fake.mineMany(2)
      await made.track()
      return block.number
    }
    return { ...made, ended }
  }
})
