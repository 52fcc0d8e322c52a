import { describe, expect, it } from 'vitest'
import { encodeTransfer } from '../../../domain/chains/erc20.ts'
import type { Transaction } from '../../../domain/lanes/transaction.ts'
import { activityBench, failureOf } from '../../harness/benches/activity-bench.ts'
import { coldWallet, ether, gwei, token } from '../../harness/factories/a-chain.ts'
import { aMined, aTransaction } from '../../harness/factories/a-transaction.ts'

const needed = 60_000n * 3n * gwei

/** Returns a bench with a planned token sweep. By default, the wallet can pay for its own gas. */
async function bench(wei = needed) {
  const made = activityBench()
  made.hold(5_000_000n, wei)
  const request = await made.planned()
  const put = (more: Partial<Transaction>) =>
    made.lanes.put(aTransaction({ sweepId: request.sweepId, ...more }))
  return { ...made, request, put, look: () => failureOf(made.sweep(request)) }
}

describe('the activity sweep before it signs', () => {
  it('waits for an unmined gas transaction, and throws NotYet with a delay of one block time', async () => {
    const { put, look, lanes } = await bench()
    put({ step: 'gas' })
    expect(await look()).toMatchObject({ type: 'NotYet', pauseMs: 1_000 })
    expect(lanes.transactions.length).toBe(1)
  })

  it.each(['reverted', 'displaced', 'cancelled'] as const)(
    'plans again after a %s gas transaction, unless the wallet has enough gas now',
    async (state) => {
      const { put, sweep, request, hold, planned, look, sweepTransaction } = await bench(0n)
      put({ step: 'gas', state })
      expect(await sweep(request)).toMatchObject({
        kind: 'replan',
        why: 'the gas transaction failed',
      })
      hold(5_000_000n, needed)
      await planned()
      expect(await look()).toMatchObject({ type: 'NotYet', message: 'the sweep is broadcast' })
      expect(sweepTransaction()).toMatchObject({ state: 'live' })
    },
  )

  it('waits if the node is behind the block of the plan', async () => {
    const { look, fake } = await bench()
    fake.rollBack(1)
    expect(await look()).toMatchObject({ type: 'NotYet' })
  })

  it.each([
    ['the token balance is 0', (b: Bench) => b.hold(0n, needed)],
    [
      'the wallet’s native balance is too small',
      (b: Bench) => b.hold(5_000_000n, 60_000n * 2n * gwei),
    ],
    ['gas costs more than the funded amount (MONEY 8)', (b: Bench) => market(b, 3n * gwei)],
  ])('plans again and signs nothing if %s', async (_, happen) => {
    const made = await bench()
    happen(made)
    expect(await made.sweep(made.request)).toMatchObject({ kind: 'replan' })
    expect(made.lanes.transactions).toEqual([])
  })

  it('waits as gas-price if gas costs more than the ceiling, and frees lease and lane', async () => {
    const made = await bench()
    market(made, 200n * gwei)
    expect(await made.sweep(made.request)).toMatchObject({ kind: 'parked', reason: 'gas-price' })
    expect(made.row()).toMatchObject({ state: 'waiting', reason: 'gas-price' })
    expect(made.sweeps.calls.at(-1)).toBe('releaseSweep')
  })

  it.each([
    [
      'a block without a base fee (ethermint #853)',
      { baseFeeWei: undefined },
      /has no base fee: .*feeMode: legacy/,
    ],
    [
      'a tip far above the cap',
      { priorityFeeWei: 25n * gwei },
      /asks for a tip of 25 gwei, gas\.maxPriorityFeeGwei allows 2 gwei/,
    ],
    [
      'gas above the ceiling',
      { baseFeeWei: 200n * gwei },
      /market price is 201000000000 wei per gas, the ceiling is 200000000000/,
    ],
  ])(
    'waits as gas-price without a signature for a token and a native sweep: %s',
    async (_, quote, detail) => {
      for (const asset of ['token', 'native']) {
        const made = await bench()
        const { id } = asset === 'native' ? made.native({ amount: ether }) : made.deposit
        if (asset === 'native') made.hold(0n, ether)
        const request = await made.planned(id)
        made.fake.quote = { ...made.fake.quote, ...quote }
        expect(await made.sweep(request)).toMatchObject({ kind: 'parked', reason: 'gas-price' })
        expect(made.row(id)?.detail).toMatch(detail)
        expect(made.lanes.transactions).toEqual([])
      }
    },
  )

  it('waits if another sweep holds the lane', async () => {
    const { sweep, request, lanes } = await bench()
    lanes.holder = 'another'
    expect(await sweep(request)).toMatchObject({
      kind: 'parked',
      reason: `sweep ${request.sweepId}`,
    })
  })

  it('waits for an unmined earlier sweep of the wallet (MONEY 6)', async () => {
    const { look, put, wallet, lanes } = await bench()
    put({ sweepId: 'another', step: 'sweep', sender: wallet })
    expect(await look()).toMatchObject({ type: 'NotYet' })
    expect(lanes.transactions.length).toBe(1)
  })

  it('asks for attention if an external transaction used a nonce of the wallet (MONEY 22)', async () => {
    const { sweep, request, lanes, wallet, fake } = await bench()
    lanes.nextNonces.set(wallet, 0n)
    fake.useNonce(wallet)
    expect(await sweep(request)).toMatchObject({ kind: 'attention', reason: 'lane-behind' })
  })
})

type Bench = Awaited<ReturnType<typeof bench>>
const market = ({ fake }: Bench, baseFeeWei: bigint) => {
  fake.quote = { ...fake.quote, baseFeeWei }
}

describe('the activity sweep while it signs', () => {
  it('signs a transfer of the current balance to the cold wallet within the funded amount, and broadcasts once', async () => {
    const { hold, look, sweepTransaction, fake, row } = await bench()
    hold(7_000_000n, needed)
    expect(await look()).toMatchObject({ type: 'NotYet', message: 'the sweep is broadcast' })
    expect(sweepTransaction()).toMatchObject({
      to: token,
      valueWei: 0n,
      data: encodeTransfer(coldWallet, 7_000_000n),
      gasLimit: 60_000n,
      attempts: [{ maxFeeWei: (5n * gwei) / 2n, maxPriorityFeeWei: gwei }],
    })
    expect(row()?.state).toBe('confirming-sweep')
    expect(await look()).toMatchObject({
      type: 'NotYet',
      message: 'the sweep is not in a block yet',
    })
    expect(fake.sent.length).toBe(1)
  })

  it('stores the block at which the moved balance was read, not a newer head (MONEY 11)', async () => {
    const { look, fake, lanes } = await bench()
    const head = await fake.head()
    const tokenBalance = fake.tokenBalance.bind(fake)
    fake.tokenBalance = async (...asked) => {
      const balance = await tokenBalance(...asked)
      fake.mine()
      return balance
    }
    await look()
    const [born] = lanes.born.filter(({ step }) => step === 'sweep')
    expect(born?.balanceBlock).toBe(head.number)
    expect(born?.signedBlock).toBe(head.number + 1n)
  })

  it('signs no attempt above the funded cap, even if the start fee of the market is higher (MONEY 8)', async () => {
    const made = await bench()
    market(made, (8n * gwei) / 5n)
    await made.look()
    const [attempt] = made.sweepTransaction()?.attempts ?? []
    expect(attempt?.maxFeeWei).toBe(3n * gwei)
  })

  it('signs when the gas transaction is mined, even if it is not final', async () => {
    const { put, fake, chain, look, sweepTransaction } = await bench()
    const gas = put({ step: 'gas', sender: chain.keeper.address })
    const hash = gas.attempts[0]?.hash ?? '0x'
    const { number, hash: blockHash } = await fake.head()
    const receipt = { ok: true, blockNumber: number, blockHash }
    Object.assign(fake, { receipt: async (of: string) => (of === hash ? receipt : undefined) })
    expect(await look()).toMatchObject({ message: 'the sweep is broadcast' })
    expect(sweepTransaction()).toBeDefined()
  })

  it('signs a native sweep of the balance minus the fee, with a tip equal to the max fee (MONEY 9)', async () => {
    const made = activityBench()
    made.hold(0n, ether)
    const { id } = made.native()
    const request = await made.planned(id)
    made.fake.setBalance(made.wallet, 2n * ether)
    await failureOf(made.sweep(request))
    const transaction = made.sweepTransaction()
    const fee = (5n * gwei) / 2n
    expect(transaction).toMatchObject({
      to: coldWallet,
      valueWei: 2n * ether - 21_000n * fee,
      attempts: [{ maxFeeWei: fee, maxPriorityFeeWei: fee }],
    })
  })

  it('plans a native sweep again if the balance no longer pays for the transfer', async () => {
    const made = activityBench()
    made.hold(0n, ether)
    const request = await made.planned(made.native().id)
    made.fake.setBalance(made.wallet, 21_000n * gwei)
    expect(await made.sweep(request)).toMatchObject({ kind: 'replan' })
  })
})

describe('the activity sweep after it signed', () => {
  it('waits until a mined sweep is final', async () => {
    const { put, look } = await bench()
    put({ step: 'sweep', mined: aMined({ blockNumber: 11n }) })
    expect(await look()).toMatchObject({
      type: 'NotYet',
      message: 'the sweep is in block 11, not final yet',
    })
  })

  it('sweeps the balance on a later nonce after a displaced round while rounds are left (MONEY 3)', async () => {
    const { put, look, lanes } = await bench()
    put({ step: 'sweep', state: 'displaced' })
    expect(await look()).toMatchObject({ message: 'the sweep is broadcast' })
    expect(lanes.transactions.map((t) => t.round)).toEqual([1, 2])
  })

  it('plans again after a displaced round if the balance is 0, and the second plan asks for attention', async () => {
    const { put, sweep, request, plan, hold } = await bench()
    put({ step: 'sweep', state: 'displaced' })
    hold(0n, needed)
    expect(await sweep(request)).toMatchObject({ kind: 'replan' })
    expect(await plan()).toMatchObject({ kind: 'parked', reason: 'balance-unclear' })
    expect(await plan()).toMatchObject({ kind: 'attention', reason: 'funds-gone' })
  })

  it('asks for attention if an external transaction displaced the last allowed round', async () => {
    const { put, sweep, request, row } = await bench()
    put({ step: 'sweep', state: 'displaced', round: 2 })
    expect(await sweep(request)).toMatchObject({ kind: 'attention', reason: 'displaced' })
    expect(row()).toMatchObject({ state: 'needs-attention', reason: 'displaced' })
  })

  it('plans again after a reverted round, and signs the next round by the new plan (MONEY 2)', async () => {
    const { put, sweep, request, look, planned, lanes, fake } = await bench()
    put({ step: 'sweep', state: 'reverted', mined: aMined({ blockNumber: 11n, ok: false }) })
    expect(await sweep(request)).toMatchObject({ kind: 'replan', why: 'the sweep reverted' })
    fake.mine()
    await planned()
    expect(await look()).toMatchObject({ message: 'the sweep is broadcast' })
    expect(lanes.transactions.map((t) => t.round)).toEqual([1, 2])
  })

  it('asks for attention if the last allowed round reverted', async () => {
    const { put, sweep, request } = await bench()
    put({ step: 'sweep', state: 'reverted', round: 2, mined: aMined({ ok: false }) })
    expect(await sweep(request)).toMatchObject({ kind: 'attention', reason: 'reverted' })
  })
})
