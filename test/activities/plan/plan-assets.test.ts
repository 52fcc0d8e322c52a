import { describe, expect, it } from 'vitest'
import type { Deposit } from '../../../domain/deposits/deposit.ts'
import { ChainUnreachable } from '../../../domain/errors.ts'
import { KeyMismatch, KeyMissing } from '../../../domain/money-errors.ts'
import { activityBench, failureOf } from '../../harness/benches/activity-bench.ts'
import { ether, gwei, token } from '../../harness/factories/a-chain.ts'

/**
 * Wei that a wallet needs to pay for its token sweep. The estimate of 50,000 gas becomes a limit of
 * 60,000. With a base fee of 1 gwei and a tip of 1 gwei, the fee cap is 3 gwei and the first fee is
 * 2.5 gwei.
 */
const needed = 60_000n * 3n * gwei

describe('planning a token', () => {
  it('plans to move the whole balance, not the deposited amount, and to fund gas up to the fee cap (MONEY 8, 13)', async () => {
    const { hold, plan, sweeps, row } = activityBench()
    hold(5_000_000n, gwei)
    const answer = await plan()
    expect(answer).toMatchObject({
      kind: 'planned',
      amount: '5 USDT',
      gasShortWei: String(needed - gwei),
    })
    const [sweep] = sweeps.sweeps.values()
    expect(sweep?.plan).toEqual({
      amount: 5_000_000n,
      block: 10n,
      gasLimit: 60_000n,
      feeCapWei: 3n * gwei,
      gasShortWei: needed - gwei,
    })
    expect(row()?.state).toBe('funding')
  })

  it('plans no gas payment for a wallet with enough native balance (MONEY 6)', async () => {
    const { hold, plan, row } = activityBench()
    hold(5_000_000n, needed)
    expect(await plan()).toMatchObject({ kind: 'planned', gasShortWei: '0' })
    expect(row()?.state).toBe('sweeping')
  })

  it.each([
    ['returns false', { kind: 'returned', data: `0x${'0'.repeat(64)}` }, 'transfer answers false'],
    ['reverts', { kind: 'reverted', reason: 'blacklisted' }, 'transfer reverts: blacklisted'],
  ] as const)(
    'asks for attention before gas is spent if the transfer %s (MONEY 14)',
    async (_, simulated, detail) => {
      const { hold, plan, fake, row, sweeps } = activityBench()
      hold(5_000_000n)
      fake.simulated = simulated
      expect(await plan()).toEqual({ kind: 'attention', reason: 'token-refused', detail })
      expect(row()).toMatchObject({ state: 'needs-attention', reason: 'token-refused' })
      expect(sweeps.calls).not.toContain('savePlan')
    },
  )

  it('waits without an age while the gas costs too much of the value (MONEY 31)', async () => {
    const worth = { priceWei: 10n ** 14n, maxGasShare: 10n }
    const usdt = { id: token, symbol: 'USDT', decimals: 6, min: 1_000_000n, worth }
    const { hold, plan, row, sweeps } = activityBench({ tokens: [usdt] })
    hold(5_000_000n)
    expect(await plan()).toMatchObject({ kind: 'parked', reason: 'uneconomic', ageless: true })
    expect(row()).toMatchObject({ state: 'waiting', reason: 'uneconomic' })
    expect(sweeps.calls).not.toContain('savePlan')
    hold(50_000_000n)
    expect(await plan()).toMatchObject({ kind: 'planned', amount: '50 USDT' })
  })

  const balance = 'ERC20: transfer amount exceeds balance'

  it('asks for attention if the simulation succeeds but the gas estimate reverts, and reverts again two blocks later', async () => {
    const { hold, plan, fake, row } = activityBench()
    hold(5_000_000n)
    fake.estimated = { kind: 'reverted', reason: balance }
    for (const mined of [0, 1]) {
      fake.mineMany(mined)
      expect(await failureOf(plan())).toMatchObject({ type: 'NotYet' })
      expect(row()?.state).not.toBe('needs-attention')
    }
    fake.mine()
    expect(await plan()).toEqual({
      kind: 'attention',
      reason: 'token-refused',
      detail: `transfer reverts: ${balance}`,
    })
  })

  it('plans the sweep if the gas estimate reverts once and succeeds at a later head (besu #7414)', async () => {
    const { hold, plan, fake, row } = activityBench()
    hold(5_000_000n)
    const { estimated } = fake
    for (let n = 0; n < 3; n += 1) {
      fake.estimated = { kind: 'reverted', reason: balance }
      expect(await failureOf(plan())).toMatchObject({ type: 'NotYet' })
      fake.mineMany(5)
      fake.estimated = estimated
      expect(await plan()).toMatchObject({ kind: 'planned' })
    }
    expect(row()?.reason).toBe('')
  })
})

describe('balances that are too small (MONEY 12, 15)', () => {
  it.each([
    [999_999n, 'finished'],
    [1_000_000n, 'planned'],
  ])(
    'compares the wallet’s balance %d, not the deposit, with the minimum: %s',
    async (balance, kind) => {
      const { hold, plan, row } = activityBench()
      hold(balance)
      expect((await plan()).kind).toBe(kind)
      if (kind === 'finished') expect(row()).toMatchObject({ state: 'ignored', reason: 'dust' })
    },
  )

  it.each([
    [ether / 100n - 1n, 'finished'],
    [ether / 100n, 'planned'],
  ])('compares a native balance of %d with the minimum: %s', async (balance, kind) => {
    const { hold, plan, native } = activityBench()
    hold(0n, balance)
    expect((await plan(native().id)).kind).toBe(kind)
  })

  it('reads the balance of a wallet that is empty for an unknown reason twice, and then asks for attention', async () => {
    const { hold, plan, row, native } = activityBench()
    hold(0n, 0n)
    for (const id of [undefined, native().id]) {
      expect(await plan(id)).toMatchObject({ kind: 'parked', reason: 'balance-unclear' })
      expect(row(id)?.detail).toMatch(
        /^the wallet holds 0 \w+ of \S+ \w+, and no sweep of ours took the rest \(block 10\): read again before the alarm$/,
      )
      expect(await plan(id)).toMatchObject({ kind: 'attention', reason: 'funds-gone' })
      expect(row(id)).toMatchObject({ state: 'needs-attention', reason: 'funds-gone' })
    }
  })

  it('plans the sweep if a node that is not fully synced answered 0 once', async () => {
    const { hold, plan, row } = activityBench()
    hold(0n)
    expect(await plan()).toMatchObject({ kind: 'parked', reason: 'balance-unclear' })
    hold(1_500_000n)
    expect(await plan()).toMatchObject({ kind: 'planned' })
    expect(row()).toMatchObject({ state: 'sweeping', reason: '', detail: '' })
  })

  it('counts a second read of an empty wallet only if some blocks follow the first read', async () => {
    const { hold, plan, row, sweeps } = activityBench()
    hold(0n)
    await plan()
    sweeps.put({ ...(row() as Deposit), since: new Date() })
    expect(await plan()).toMatchObject({ kind: 'parked', reason: 'balance-unclear' })
  })

  it('treats missing interest as dust below the minimum, and asks for attention from the minimum on', async () => {
    const { hold, plan, row, deposit, sweeps } = activityBench()
    hold(0n)
    sweeps.ownInterest = true
    sweeps.put({ ...deposit, amount: 999_999n })
    expect(await plan()).toMatchObject({ kind: 'finished', state: 'ignored', reason: 'dust' })
    sweeps.put({ ...deposit, amount: 1_000_000n })
    await plan()
    expect(await plan()).toMatchObject({ kind: 'attention', reason: 'funds-gone' })
    expect(row()?.detail).toContain('which the token credited inside our own sweep')
  })

  it('asks for attention if only dust is left of a deposit above the minimum', async () => {
    const { hold, plan, row, native, sweeps } = activityBench()
    hold(1n, 1n)
    sweeps.gone = true
    for (const id of [undefined, native({ amount: ether }).id]) {
      expect(await plan(id)).toMatchObject({ kind: 'parked', reason: 'balance-unclear' })
      expect(await plan(id)).toMatchObject({ kind: 'attention', reason: 'funds-gone' })
      expect(row(id)).toMatchObject({ state: 'needs-attention', reason: 'funds-gone' })
    }
    const dust = native({ amount: 2n })
    expect(await plan(dust.id)).toMatchObject({ kind: 'finished', state: 'ignored' })
  })

  it.each([0n, 5n])(
    'returns finished(done) for a deposit that an earlier sweep covered, at a wallet balance of %d',
    async (left) => {
      const { hold, plan, sweeps, row } = activityBench()
      hold(left)
      sweeps.coversLate = true
      expect(await plan()).toEqual({ kind: 'finished', state: 'done', reason: '' })
      expect(row()?.state).toBe('done')
      expect(sweeps.calls.at(-1)).toBe('releaseSweep')
    },
  )
})

describe('the check of a wallet’s key (MONEY 14)', () => {
  it.each([
    ['key-missing', KeyMissing],
    ['key-mismatch', KeyMismatch],
  ] as const)('asks for attention with %s before gas is spent', async (reason, Kind) => {
    const bench = activityBench()
    bench.hold(5_000_000n)
    bench.chain.signer.proveKey = () => Promise.reject(new Kind('of 0x1a'))
    for (const id of [undefined, bench.native().id]) {
      expect(await bench.plan(id)).toMatchObject({ kind: 'attention', reason })
      expect(bench.row(id)).toMatchObject({ state: 'needs-attention', reason })
    }
    expect(bench.sweeps.calls).not.toContain('savePlan')
  })

  it('rejects with a retryable error if the central database is unreachable', async () => {
    const bench = activityBench()
    bench.hold(5_000_000n)
    bench.chain.signer.proveKey = () => Promise.reject(new ChainUnreachable('away'))
    expect(await failureOf(bench.plan())).toMatchObject({ type: 'ChainUnreachable' })
    expect(bench.row()?.state).toBe('waiting')
  })
})

describe('planning native coin (MONEY 9)', () => {
  it('reserves the cost of 21,000 gas from the balance if the cold wallet has no code', async () => {
    const { hold, plan, native, sweeps, row } = activityBench()
    hold(0n)
    const { id } = native()
    const reserve = (21_000n * 5n * gwei) / 2n
    expect(await plan(id)).toMatchObject({
      kind: 'planned',
      amount: '0.9999475 ETH',
      gasShortWei: '0',
    })
    expect(ether - reserve).toBe(999_947_500_000_000_000n)
    expect([...sweeps.sweeps.values()][0]?.plan).toMatchObject({ amount: ether, gasLimit: 21_000n })
    expect(row(id)?.state).toBe('sweeping')
  })

  it('estimates the gas if the cold wallet has code, because a transfer to a Safe with 21,000 gas fails and loses the fee', async () => {
    const { hold, plan, native, sweeps, fake, chain } = activityBench()
    hold(0n)
    fake.codeOf.set(chain.chain.coldWallet, '0x60')
    fake.estimated = { kind: 'gas', gas: 27_000n }
    await plan(native().id)
    expect([...sweeps.sweeps.values()][0]?.plan?.gasLimit).toBe(32_400n)
  })

  it('fails before any broadcast if the cold wallet refuses native transfers', async () => {
    const { hold, plan, native, fake, chain } = activityBench()
    hold(0n)
    fake.codeOf.set(chain.chain.coldWallet, '0x60')
    fake.estimated = { kind: 'reverted', reason: 'not payable' }
    const failure = await failureOf(plan(native().id))
    expect(failure.message).toBe('native transfer to the cold wallet reverts: not payable')
  })

  it('waits for cheaper gas if the gas would cost the whole balance of a wallet at the minimum', async () => {
    const { hold, plan, native, fake } = activityBench()
    hold(0n, ether / 100n)
    fake.quote = { ...fake.quote, baseFeeWei: 199n * gwei, priorityFeeWei: 0n }
    fake.codeOf.set(`0x${'c0'.repeat(20)}`, '0x60')
    const { id } = native({ amount: ether / 100n })
    expect(await plan(id)).toMatchObject({ kind: 'parked', reason: 'gas-price' })
    fake.quote = { ...fake.quote, baseFeeWei: gwei }
    expect(await plan(id)).toMatchObject({ kind: 'planned' })
  })

  it('waits as gas-price until a block has a base fee (ethermint #853)', async () => {
    const { hold, plan, native, fake, sweeps } = activityBench()
    hold(0n, ether)
    const { quote } = fake
    fake.quote = { ...quote, baseFeeWei: undefined }
    const { id } = native({ amount: ether })
    expect(await plan(id)).toMatchObject({ kind: 'parked', reason: 'gas-price' })
    expect((await sweeps.deposit(id))?.detail).toContain('has no base fee')
    fake.quote = quote
    expect(await plan(id)).toMatchObject({ kind: 'planned' })
  })

  it('waits for a lower L1 fee if the L1 fee of a rollup would cost the whole balance', async () => {
    const { hold, plan, native, fake } = activityBench({ rollup: 'op-stack' })
    hold(0n, (3n * ether) / 100n)
    fake.l1FeeWei = (2n * ether) / 100n
    const { id } = native({ amount: (3n * ether) / 100n })
    expect(await plan(id)).toMatchObject({ kind: 'parked', reason: 'gas-price' })
  })
})
