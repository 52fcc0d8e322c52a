import { describe, expect, it } from 'vitest'
import { worstCost } from '../../../domain/keeper/keeper-capacity.ts'
import type { Attempt, Transaction } from '../../../domain/lanes/transaction.ts'
import { activityBench, failureOf } from '../../harness/benches/activity-bench.ts'
import { ether, gwei } from '../../harness/factories/a-chain.ts'
import { aMined, anAttempt, aTransaction } from '../../harness/factories/a-transaction.ts'

/**
 * Fee per gas of a first attempt: 2.5 gwei, at a market price of 2 gwei. Plans fund up to 3 gwei.
 */
const start = (5n * gwei) / 2n
const gasLimit = 60_000n

type More = Parameters<typeof activityBench>[0]
const ceiling = (maxFeeWei: bigint, maxPriorityFeeWei = 2n * gwei): More => ({
  gas: {
    maxFeeWei,
    maxPriorityFeeWei,
    maxPerSweepWei: ether / 10n,
    maxFeeShare: 25n,
    maxGas: 100_000n,
    bumpAfterBlocks: 3,
  },
})

/** Marks a transaction’s attempts as broadcast, with the node’s answers, as the lane loop does. */
function sent({ lanes }: ReturnType<typeof activityBench>, key: string, more: Partial<Attempt>) {
  const found = lanes.transactions.find((t) => t.key === key)
  if (!found) throw new Error(`no transaction ${key}`)
  const attempts = found.attempts.map((it) => ({ ...it, lastSentAt: new Date(0), ...more }))
  return lanes.put({ ...found, attempts })
}

function common(made: ReturnType<typeof activityBench>) {
  return {
    ...made,
    pass: (blocks: number) => {
      for (let n = 0; n < blocks; n += 1) made.fake.mine({ only: [] })
    },
  }
}

/** Returns a bench with a broadcast, unmined token sweep whose wallet can pay `capWei` per gas. */
async function aSweep(capWei = start, more: More = {}) {
  const made = activityBench(more)
  made.hold(5_000_000n, gasLimit * capWei)
  const request = await made.planned()
  await failureOf(made.sweep(request))
  const signed = made.sweepTransaction()
  if (!signed) throw new Error('nothing was signed')
  sent(made, signed.key, {})
  const change = (change: Partial<Transaction>) =>
    made.lanes.put({ ...(made.sweepTransaction() ?? signed), ...change })
  return { ...common(made), request, signed, change, look: () => failureOf(made.sweep(request)) }
}

describe('a signed sweep that stays in a pool and is not mined (besu #3128)', () => {
  it('plans another gas round after bumpAfterBlocks if the next bump exceeds the cap, and shows age and fees', async () => {
    const { pass, look, sweep, request, row } = await aSweep()
    pass(2)
    expect(await look()).toMatchObject({ message: 'the sweep is not in a block yet' })
    expect(row()).toMatchObject({ state: 'confirming-sweep', reason: '', detail: '' })
    pass(1)
    expect(await sweep(request)).toMatchObject({ kind: 'replan' })
    expect(row()).toMatchObject({ state: 'waiting', reason: 'gas-price' })
    expect(row()?.detail).toBe(
      'the next bump takes 2.8125 gwei per gas, 2.5 gwei were funded: another gas round follows; ' +
        'unmined for 3 blocks: 2.5 gwei per gas are signed, the market price is 2 gwei, the cap is 2.5 gwei (funded)',
    )
  })

  it('plans a gas round that pays for three bumps, because a node may require 30 % more', async () => {
    const { pass, plan, fundGas, request, look, fake, wallet, sweepTransaction, row } =
      await aSweep()
    pass(3)
    const higher = (start * 3n) / 2n
    expect(await plan()).toMatchObject({
      kind: 'planned',
      gasShortWei: String(gasLimit * (higher - start)),
    })
    expect(await fundGas(request)).toMatchObject({ kind: 'funded' })
    expect(await look()).toMatchObject({ message: 'the sweep’s gas is not final yet' })
    fake.setBalance(wallet, gasLimit * higher)
    expect(await look()).toMatchObject({ message: 'more gas was funded: the sweep’s fee may rise' })
    expect(sweepTransaction()?.feeCapWei).toBe(higher)
    expect(await look()).toMatchObject({ message: 'the sweep is not in a block yet' })
    expect(row()).toMatchObject({ state: 'confirming-sweep', reason: '' })
    expect(row()?.detail).toMatch(/^unmined for 3 blocks: .* the cap is 3\.75 gwei \(funded\)$/)
  })

  it('shows age and fees while the lane loop can bump within the cap', async () => {
    const { pass, look, row } = await aSweep(3n * gwei)
    pass(7)
    expect(await look()).toMatchObject({ message: 'the sweep is not in a block yet' })
    expect(row()).toMatchObject({
      state: 'confirming-sweep',
      reason: '',
      detail:
        'unmined for 7 blocks: 2.5 gwei per gas are signed, the market price is 2 gwei, the cap is 3 gwei (funded)',
    })
  })

  it('waits as gas-price and shows both prices if the next bump exceeds the ceiling', async () => {
    const { pass, look, row, plan } = await aSweep(start, ceiling((13n * gwei) / 5n))
    pass(3)
    expect((await look()).type).toBe('NotYet')
    expect(row()).toMatchObject({ state: 'waiting', reason: 'gas-price' })
    expect(row()?.detail).toMatch(
      /^the next bump takes 2\.8125 gwei per gas, the ceiling is 2\.6 gwei \(gas\.maxFeeGwei\); unmined for 3 blocks: /,
    )
    expect(await plan()).toMatchObject({ kind: 'planned', gasShortWei: '0' })
  })

  it('plans another gas round after a refused replacement at the cap, and shows the node’s error', async () => {
    const { pass, sweep, request, row, change, signed } = await aSweep()
    const words = 'replacement transaction underpriced'
    const [first] = signed.attempts
    const second = anAttempt({
      ...first,
      number: 2,
      signedBlock: 12n,
      lastSentAt: new Date(0),
      unheld: 2,
      lastError: words,
    })
    const detail = `the node rejects the transaction (replacement-underpriced): "${words}"`
    change({
      attempts: [...signed.attempts, second],
      refusal: { reason: 'gas-price', detail },
    })
    pass(5)
    expect(await sweep(request)).toMatchObject({ kind: 'replan' })
    expect(row()?.detail).toContain('another gas round follows; the node rejects')
    expect(row()?.detail).toContain('unmined for 5 blocks')
  })

  it.each([
    ['for a reason that no fee fixes', 'account is blacklisted', 'send-refused'],
    [
      'for a tip above the operator’s cap',
      'gas tip cap 1000000000, minimum needed 25000000000',
      'gas-price',
    ],
  ] as const)(
    'plans no gas round after a refusal %s, and shows the age',
    async (_, words, reason) => {
      const made = await aSweep(start, ceiling(200n * gwei, gwei))
      const { pass, look, row, signed } = made
      sent(made, signed.key, { unheld: 3, lastError: words })
      made.change({ refusal: { reason, detail: words } })
      pass(3)
      expect(await look()).toMatchObject({ message: 'the sweep is not in a block yet' })
      expect(row()).toMatchObject({ state: 'waiting', reason })
      expect(row()?.detail).toMatch(new RegExp(`^${words}; unmined for 3 blocks: `))
    },
  )

  it('plans no gas round for a fee above four times the market’s price, and shows the age', async () => {
    const { pass, look, row, fake } = await aSweep()
    fake.quote = { ...fake.quote, baseFeeWei: 0n, priorityFeeWei: gwei / 2n }
    pass(3)
    expect(await look()).toMatchObject({ message: 'the sweep is not in a block yet' })
    expect(row()?.detail).toContain('the market price is 0.5 gwei')
  })

  it('shows the lower nonce that the sweep waits for', async () => {
    const { pass, look, row, change } = await aSweep()
    change({ nonce: 1n })
    pass(3)
    expect(await look()).toMatchObject({ message: 'the sweep is not in a block yet' })
    expect(row()?.detail).toMatch(
      /^unmined for 3 blocks: .*; nonce 0 of its sender is not mined yet$/,
    )
  })

  it('waits for cheaper gas after the last gas round, and shows the age', async () => {
    const { pass, plan, fundGas, request, row, lanes } = await aSweep()
    const mined = aMined()
    lanes.put(aTransaction({ sweepId: request.sweepId, round: 3, state: 'succeeded', mined }))
    pass(3)
    await plan()
    expect(await fundGas(request)).toMatchObject({ kind: 'parked', reason: 'gas-price' })
    expect(row()?.detail).toMatch(/^gas funding has reached its limits; unmined for 3 blocks: /)
  })

  it('shows age and fees of an unmined cancel', async () => {
    const { pass, look, row, change, signed } = await aSweep()
    const [first] = signed.attempts
    const cancel = { ...anAttempt(first), kind: 'cancel' as const, number: 2 }
    change({ cancelReason: 'asked', attempts: [...signed.attempts, cancel] })
    pass(3)
    await look()
    expect(row()?.detail).toMatch(/^unmined for 3 blocks: .*200 gwei \(gas\.maxFeeGwei\)$/)
  })

  it('shows that a bump would take more than the share of a native sweep’s value', async () => {
    const made = common(activityBench())
    made.hold(0n, ether)
    const { id } = made.native({ amount: ether })
    const request = await made.planned(id)
    await failureOf(made.sweep(request))
    const signed = made.sweepTransaction()
    if (!signed) throw new Error('nothing was signed')
    // The fee takes the whole balance except 1,000 gwei.
    made.lanes.put({
      ...signed,
      attempts: signed.attempts.map((it) => ({
        ...it,
        valueWei: 1_000n * gwei,
        lastSentAt: new Date(0),
      })),
    })
    made.pass(3)
    expect((await failureOf(made.sweep(request))).type).toBe('NotYet')
    expect(made.row(id)).toMatchObject({ state: 'waiting', reason: 'gas-price' })
    expect(made.row(id)?.detail).toMatch(
      /^the next bump takes 2\.8125 gwei per gas, gas\.maxFeeShare pays at most 0\.50\d* gwei; unmined for 3 blocks: /,
    )
  })
})

describe('a gas transaction that stays in a pool and is not mined (besu #3128)', () => {
  async function gas(more: More = {}) {
    const made = activityBench(more)
    made.hold(5_000_000n, 0n)
    const request = await made.planned()
    await made.fundGas(request)
    const [signed] = made.lanes.transactions
    if (!signed) throw new Error('nothing was signed')
    sent(made, signed.key, {})
    const keeperHas = (wei: bigint) => made.fake.setBalance(made.chain.keeper.address, wei)
    return { ...common(made), request, signed, keeperHas, look: () => made.checkGas(request) }
  }

  it('shows age, fees and ceiling after bumpAfterBlocks', async () => {
    const { pass, look, row } = await gas()
    pass(2)
    await look()
    expect(row()).toMatchObject({ state: 'funding', detail: '' })
    pass(2)
    await look()
    expect(row()).toMatchObject({
      state: 'funding',
      reason: '',
      detail:
        'unmined for 4 blocks: 2.5 gwei per gas are signed, the market price is 2 gwei, the cap is 200 gwei (gas.maxFeeGwei)',
    })
  })

  it('waits as gas-price and shows both prices if the next bump exceeds the ceiling', async () => {
    const { pass, look, row } = await gas(ceiling((13n * gwei) / 5n))
    pass(3)
    await look()
    expect(row()).toMatchObject({ state: 'waiting', reason: 'gas-price' })
    expect(row()?.detail).toMatch(
      /^the next bump takes 2\.8125 gwei per gas, the ceiling is 2\.6 gwei/,
    )
  })

  it('waits as keeper-low if the keeper cannot pay for the next bump, at an unchanged market price', async () => {
    const { pass, look, row, keeperHas, signed } = await gas()
    keeperHas(worstCost(signed))
    await look()
    expect(row()).toMatchObject({ state: 'funding', detail: '' })
    pass(3)
    await look()
    expect(row()).toMatchObject({ state: 'waiting', reason: 'keeper-low' })
    expect(row()?.detail).toMatch(/does not pay for more; unmined for 3 blocks: /)
  })

  it('shows a refusal with the age of the transaction', async () => {
    const made = await gas()
    const refusal = { reason: 'send-refused', detail: 'the node rejects it' } as const
    made.lanes.put({ ...(made.lanes.transactions[0] ?? made.signed), refusal })
    made.pass(3)
    await made.look()
    expect(made.row()).toMatchObject({ state: 'waiting', reason: 'send-refused' })
    expect(made.row()?.detail).toMatch(/^the node rejects it; unmined for 3 blocks: /)
  })
})
