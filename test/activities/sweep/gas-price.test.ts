import { describe, expect, it } from 'vitest'
import { worstCost } from '../../../domain/keeper/keeper-capacity.ts'
import type { Transaction } from '../../../domain/lanes/transaction.ts'
import { activityBench, failureOf } from '../../harness/benches/activity-bench.ts'
import { ether, gwei } from '../../harness/factories/a-chain.ts'
import { aMined, aTransaction } from '../../harness/factories/a-transaction.ts'

const cap = 3n * gwei
const needed = 60_000n * cap

/**
 * Returns a bench with an unmined token sweep. The sweep was signed at a market price of 2 gwei and
 * is funded up to 3 gwei per gas.
 */
async function bench() {
  const made = activityBench()
  made.hold(5_000_000n, needed)
  const request = await made.planned()
  await failureOf(made.sweep(request))
  const signed = made.sweepTransaction()
  if (!signed) throw new Error('nothing was signed')
  const market = (baseFeeWei: bigint) => {
    made.fake.quote = { ...made.fake.quote, baseFeeWei }
  }
  const gasRound = (more: Partial<Transaction>) =>
    made.lanes.put(aTransaction({ sweepId: request.sweepId, step: 'gas', ...more }))
  const look = () => failureOf(made.sweep(request))
  return { ...made, request, signed, market, gasRound, look }
}

describe('a signed sweep that is not mined (MONEY 8)', () => {
  it('shows no reason and needs no new plan while the lane loop can bump within the funded amount', async () => {
    const { market, look, row } = await bench()
    market(2n * gwei - 1n)
    expect(await look()).toMatchObject({ message: 'the sweep is not in a block yet' })
    expect(row()).toMatchObject({ state: 'confirming-sweep', reason: '' })
  })

  it('keeps the transaction live and plans a gas round if the market exceeds the funded amount', async () => {
    const { market, sweep, request, row, lanes } = await bench()
    market(20n * gwei)
    expect(await sweep(request)).toMatchObject({ kind: 'replan' })
    expect(row()).toMatchObject({ state: 'waiting', reason: 'gas-price' })
    expect(row()?.detail).toContain('another gas round')
    expect(lanes.transactions).toMatchObject([{ state: 'live', step: 'sweep', round: 1 }])
  })

  it('plans a higher cap, funds the missing gas, then raises the cap of the transaction', async () => {
    const { market, plan, fundGas, request, look, fake, wallet, lanes, sweeps } = await bench()
    market(20n * gwei)
    const higher = 41n * gwei
    expect(await plan()).toMatchObject({
      kind: 'planned',
      sweepId: request.sweepId,
      gasShortWei: String(60_000n * higher - needed),
    })
    expect((await sweeps.find(request.sweepId))?.plan).toMatchObject({
      amount: 5_000_000n,
      feeCapWei: higher,
    })
    expect(await fundGas(request)).toMatchObject({ kind: 'funded' })
    const capOf = () => lanes.transactions.find((t) => t.step === 'sweep')?.feeCapWei
    expect(await look()).toMatchObject({ message: 'the sweep’s gas is not final yet' })
    expect(capOf()).toBe(cap)
    fake.setBalance(wallet, 60_000n * higher)
    expect(await look()).toMatchObject({ message: 'more gas was funded: the sweep’s fee may rise' })
    expect(capOf()).toBe(higher)
    expect(await look()).toMatchObject({ message: 'the sweep is not in a block yet' })
    const rounds = lanes.transactions.map(({ step, round }) => `${step} ${round}`)
    expect(rounds.sort()).toEqual(['gas 1', 'sweep 1'])
  })

  it('opens no second gas round while the first is not final (MONEY 2)', async () => {
    const { market, plan, gasRound, look } = await bench()
    gasRound({ mined: aMined() })
    market(20n * gwei)
    expect(await look()).toMatchObject({ message: 'the sweep’s gas is not final yet' })
    expect(await plan()).toMatchObject({ kind: 'planned', gasShortWei: '0' })
  })

  it('waits for cheaper gas after the last gas round, without needs-attention', async () => {
    const { market, plan, gasRound, fundGas, request, row } = await bench()
    gasRound({ round: 3, state: 'succeeded', mined: aMined() })
    market(20n * gwei)
    await plan()
    expect(await fundGas(request)).toMatchObject({ kind: 'parked', reason: 'gas-price' })
    expect(row()).toMatchObject({ state: 'waiting', reason: 'gas-price' })
  })

  it('keeps the transaction live and waits while gas is above the ceiling, and continues below the ceiling', async () => {
    const { market, look, row, sweeps, lanes } = await bench()
    market(300n * gwei)
    expect(await look()).toMatchObject({ message: 'gas is above the chain’s ceiling' })
    expect(row()).toMatchObject({ state: 'waiting', reason: 'gas-price' })
    expect(row()?.detail).toContain('the ceiling is 200000000000')
    await look()
    expect(lanes.transactions).toMatchObject([{ state: 'live' }])
    expect(sweeps.calls).not.toContain('releaseSweep')
    market(gwei)
    expect(await look()).toMatchObject({ message: 'the sweep is not in a block yet' })
    expect(row()).toMatchObject({ state: 'confirming-sweep', reason: '' })
  })

  it('funds one more gas round up to the cap if the wallet no longer has its gas money', async () => {
    const { sweep, plan, fundGas, request, look, row, fake, wallet, lanes } = await bench()
    fake.setBalance(wallet, 7n)
    expect(await sweep(request)).toMatchObject({ kind: 'replan' })
    expect(row()).toMatchObject({ state: 'waiting', reason: 'gas-price' })
    expect(await plan()).toMatchObject({ kind: 'planned', gasShortWei: String(needed - 7n) })
    expect(await fundGas(request)).toMatchObject({ kind: 'funded' })
    expect(await look()).toMatchObject({ message: 'the sweep is not in a block yet' })
    expect(await plan()).toMatchObject({ kind: 'planned', gasShortWei: '0' })
    const rounds = lanes.transactions.map(({ step, round }) => `${step} ${round}`)
    expect(rounds.sort()).toEqual(['gas 1', 'sweep 1'])
  })

  it('funds no gas if the node is behind the block of the wallet’s gas (bor #142)', async () => {
    const { plan, look, gasRound, row, fake, wallet } = await bench()
    gasRound({ state: 'succeeded', mined: aMined({ blockNumber: 11n }) })
    fake.setBalance(wallet, 7n)
    expect(await look()).toMatchObject({
      type: 'NotYet',
      message: 'the node is at block 10, behind block 11, which has a transaction of ours',
    })
    expect(row()).toMatchObject({ state: 'waiting', reason: 'rpc-quorum' })
    expect(await failureOf(plan())).toMatchObject({ type: 'NotYet' })
  })

  it('funds another gas round by the current quote if the L1 fee exceeds the reserved margin', async () => {
    const { sweep, plan, fundGas, request, look, row, fake, wallet } = await bench()
    fake.l1FeeWei = needed
    expect(await sweep(request)).toMatchObject({ kind: 'replan' })
    expect(row()).toMatchObject({ state: 'waiting', reason: 'gas-price' })
    const shortWei = (needed * 3n) / 2n
    expect(await plan()).toMatchObject({ kind: 'planned', gasShortWei: String(shortWei) })
    expect(await fundGas(request)).toMatchObject({ kind: 'funded' })
    fake.setBalance(wallet, needed + shortWei)
    expect(await look()).toMatchObject({ message: 'the sweep is not in a block yet' })
    expect(row()).toMatchObject({ state: 'confirming-sweep', reason: '' })
  })

  it('funds no gas if the newest block includes the sweep, before the lane loop has recorded that block', async () => {
    const { look, plan, fake, wallet } = await bench()
    fake.mine()
    fake.setBalance(wallet, 7n)
    expect(await look()).toMatchObject({ message: 'the sweep is not in a block yet' })
    expect(await plan()).toMatchObject({ kind: 'planned', gasShortWei: '0' })
  })

  it('ignores the gas price after the sweep is mined', async () => {
    const { market, look, row, lanes, signed } = await bench()
    lanes.put({ ...signed, mined: aMined({ blockNumber: 11n }) })
    market(300n * gwei)
    expect(await look()).toMatchObject({ message: 'the sweep is in block 11, not final yet' })
    expect(row()?.state).toBe('confirming-sweep')
  })
})

describe('a gas transaction that is not mined', () => {
  it('shows gas-price above the ceiling, and funding again below the ceiling', async () => {
    const made = activityBench()
    made.hold(5_000_000n, 0n)
    const request = await made.planned()
    await made.fundGas(request)
    made.fake.quote = { ...made.fake.quote, baseFeeWei: 300n * gwei }
    expect(await made.checkGas(request)).toEqual({ kind: 'pending' })
    expect(made.row()).toMatchObject({ state: 'waiting', reason: 'gas-price' })
    made.fake.quote = { ...made.fake.quote, baseFeeWei: gwei }
    expect(await made.checkGas(request)).toEqual({ kind: 'pending' })
    expect(made.row()).toMatchObject({ state: 'funding', reason: '' })
  })

  it('is pending if a cancel was mined in place of the payment', async () => {
    const made = activityBench()
    made.hold(5_000_000n, 0n)
    const request = await made.planned()
    await made.fundGas(request)
    const [gas] = made.lanes.transactions
    const [attempt] = gas?.attempts ?? []
    if (!gas || !attempt) throw new Error('nothing was signed')
    made.lanes.put({ ...gas, attempts: [{ ...attempt, kind: 'cancel' }] })
    made.fake.setBalance(made.chain.keeper.address, ether)
    made.fake.mine()
    expect(await made.checkGas(request)).toEqual({ kind: 'pending' })
  })
})

describe('a gas transaction that the keeper cannot pay for (MONEY 7, 17)', () => {
  async function funded() {
    const made = activityBench()
    made.hold(5_000_000n, 0n)
    const request = await made.planned()
    await made.fundGas(request)
    const keeperHas = (wei: bigint) => made.fake.setBalance(made.chain.keeper.address, wei)
    const [gas] = made.lanes.transactions
    if (!gas) throw new Error('nothing was signed')
    return { ...made, request, keeperHas, gas }
  }

  it('shows keeper-low while the keeper’s balance is too small, and funding once the balance suffices', async () => {
    const { checkGas, request, row, keeperHas, lanes, gas, sweeps } = await funded()
    keeperHas(worstCost(gas) - 1n)
    expect(await checkGas(request)).toEqual({ kind: 'pending' })
    expect(row()).toMatchObject({ state: 'waiting', reason: 'keeper-low' })
    expect(row()?.detail).toContain(`holds ${worstCost(gas) - 1n} wei`)
    expect(lanes.transactions).toMatchObject([{ step: 'gas', state: 'live' }])
    expect(sweeps.calls).not.toContain('releaseSweep')
    keeperHas(worstCost(gas))
    await checkGas(request)
    expect(row()).toMatchObject({ state: 'funding', reason: '' })
  })

  it('adds the cost of the keeper’s transactions with lower nonces, but not with higher nonces', async () => {
    const { checkGas, request, row, keeperHas, lanes, gas } = await funded()
    const { sender, chainId } = gas
    const another = (nonce: bigint) =>
      lanes.put({ ...gas, key: `other:gas:${nonce}`, sweepId: 'other', sender, chainId, nonce })
    keeperHas(worstCost(gas))
    another(gas.nonce + 1n)
    await checkGas(request)
    expect(row()).toMatchObject({ state: 'funding' })
    lanes.put({ ...gas, nonce: gas.nonce + 2n })
    await checkGas(request)
    expect(row()).toMatchObject({ state: 'waiting', reason: 'keeper-low' })
  })

  it('shows keeper-low while the keeper cannot pay for the bump that the market requires', async () => {
    const { checkGas, request, row, keeperHas, fake, gas } = await funded()
    keeperHas(worstCost(gas))
    fake.quote = { ...fake.quote, baseFeeWei: 50n * gwei }
    await checkGas(request)
    expect(row()).toMatchObject({ state: 'waiting', reason: 'keeper-low' })
    expect(row()?.detail).toContain('does not pay for more')
    keeperHas(ether)
    await checkGas(request)
    expect(row()).toMatchObject({ state: 'funding', reason: '' })
  })

  it('shows rpc-quorum, not keeper-low, if the node’s head is behind the scanner’s blocks (bor #142)', async () => {
    const { checkGas, request, row, keeperHas, fake, lanes } = await funded()
    keeperHas(1n)
    lanes.scanned = 11n
    expect(await checkGas(request)).toEqual({ kind: 'pending' })
    expect(row()).toMatchObject({ state: 'waiting', reason: 'rpc-quorum' })
    expect(row()?.detail).toContain('the node is at block 10, behind block 11')
    fake.mine({ only: [] })
    await checkGas(request)
    expect(row()).toMatchObject({ state: 'waiting', reason: 'keeper-low' })
  })

  it('shows funding if the keeper can pay for the signed transaction and the market requires no bump', async () => {
    const { checkGas, request, row, keeperHas, gas } = await funded()
    keeperHas(worstCost(gas))
    await checkGas(request)
    expect(row()).toMatchObject({ state: 'funding', reason: '' })
  })
})
