import { describe, expect, it } from 'vitest'
import { worstCost } from '../../../domain/keeper/keeper-capacity.ts'
import type { Transaction } from '../../../domain/lanes/transaction.ts'
import { activityBench, failureOf } from '../../harness/benches/activity-bench.ts'
import { ether, gwei } from '../../harness/factories/a-chain.ts'
import { aMined, aTransaction } from '../../harness/factories/a-transaction.ts'

const cap = 3n * gwei
const needed = 60_000n * cap

/** A token sweep that is signed at a market of 2 gwei, funded up to 3, and in no block. */
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

describe('a signed sweep that no block takes (MONEY 8)', () => {
  it('within what was funded the lane loop bumps it: nothing is said, nothing is planned', async () => {
    const { market, look, row } = await bench()
    market(2n * gwei - 1n)
    expect(await look()).toMatchObject({ message: 'the sweep is not in a block yet' })
    expect(row()).toMatchObject({ state: 'confirming-sweep', reason: '' })
  })

  it('past it: it waits for another gas round, with its reason, and its transaction stays live', async () => {
    const { market, sweep, request, row, lanes } = await bench()
    market(20n * gwei)
    expect(await sweep(request)).toMatchObject({ kind: 'replan' })
    expect(row()).toMatchObject({ state: 'waiting', reason: 'gas-price' })
    expect(row()?.detail).toContain('another gas round')
    expect(lanes.transactions).toMatchObject([{ state: 'live', step: 'sweep', round: 1 }])
  })

  it('the plan gets the higher cap and what the wallet lacks for it; the keeper gives it; then the cap is raised', async () => {
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

  it('no second gas round while the first is not final (MONEY 2)', async () => {
    const { market, plan, gasRound, look } = await bench()
    gasRound({ mined: aMined() })
    market(20n * gwei)
    expect(await look()).toMatchObject({ message: 'the sweep’s gas is not final yet' })
    expect(await plan()).toMatchObject({ kind: 'planned', gasShortWei: '0' })
  })

  it('as many gas rounds as may be: it waits until gas is cheaper, and needs no person', async () => {
    const { market, plan, gasRound, fundGas, request, row } = await bench()
    gasRound({ round: 3, state: 'succeeded', mined: aMined() })
    market(20n * gwei)
    await plan()
    expect(await fundGas(request)).toMatchObject({ kind: 'parked', reason: 'gas-price' })
    expect(row()).toMatchObject({ state: 'waiting', reason: 'gas-price' })
  })

  it('above the ceiling it waits, live, and keeps its since; below the ceiling it continues', async () => {
    const { market, look, row, sweeps, lanes } = await bench()
    market(300n * gwei)
    expect(await look()).toMatchObject({ message: 'gas is above the chain’s ceiling' })
    expect(row()).toMatchObject({ state: 'waiting', reason: 'gas-price' })
    expect(row()?.detail).toContain('the ceiling is 200000000000')
    await look()
    expect(lanes.transactions).toMatchObject([{ state: 'live' }])
    expect(sweeps.calls).not.toContain('letGo')
    market(gwei)
    expect(await look()).toMatchObject({ message: 'the sweep is not in a block yet' })
    expect(row()).toMatchObject({ state: 'confirming-sweep', reason: '' })
  })

  it('a wallet that lost its gas gets another round up to the cap, and no second one meanwhile', async () => {
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

  it('a wallet that is empty in a block before its gas lacks nothing: the node is behind (bor #142)', async () => {
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

  it('an L1 fee above its margin: another round funds the shortage by today’s quote', async () => {
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

  it('that the newest block has taken lacks nothing, though the lane loop has not seen it yet', async () => {
    const { look, plan, fake, wallet } = await bench()
    fake.mine()
    fake.setBalance(wallet, 7n)
    expect(await look()).toMatchObject({ message: 'the sweep is not in a block yet' })
    expect(await plan()).toMatchObject({ kind: 'planned', gasShortWei: '0' })
  })

  it('a sweep that a block has is no matter of price', async () => {
    const { market, look, row, lanes, signed } = await bench()
    lanes.put({ ...signed, mined: aMined({ blockNumber: 11n }) })
    market(300n * gwei)
    expect(await look()).toMatchObject({ message: 'the sweep is in block 11, not final yet' })
    expect(row()?.state).toBe('confirming-sweep')
  })
})

describe('gas that no block takes', () => {
  it('above the ceiling the row says so; below it again it is funding', async () => {
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

  it('a mined cancel of it is no gas', async () => {
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

describe('gas that the keeper can’t pay for (MONEY 7, 17)', () => {
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

  it('the row waits for the keeper and the transaction stays live; with a balance it is funding', async () => {
    const { checkGas, request, row, keeperHas, lanes, gas, sweeps } = await funded()
    keeperHas(worstCost(gas) - 1n)
    expect(await checkGas(request)).toEqual({ kind: 'pending' })
    expect(row()).toMatchObject({ state: 'waiting', reason: 'keeper-low' })
    expect(row()?.detail).toContain(`holds ${worstCost(gas) - 1n} wei`)
    expect(lanes.transactions).toMatchObject([{ step: 'gas', state: 'live' }])
    expect(sweeps.calls).not.toContain('letGo')
    keeperHas(worstCost(gas))
    await checkGas(request)
    expect(row()).toMatchObject({ state: 'funding', reason: '' })
  })

  it('counts lower nonces, not higher ones', async () => {
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

  it('the bump that the market asks for: the row says so until the keeper is refilled', async () => {
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

  it('by a head behind the blocks that the scanner has read: the node is behind, and the keeper is not low (bor #142)', async () => {
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

  it('a keeper that pays for what is signed, at a price that a block takes, is not low', async () => {
    const { checkGas, request, row, keeperHas, gas } = await funded()
    keeperHas(worstCost(gas))
    await checkGas(request)
    expect(row()).toMatchObject({ state: 'funding', reason: '' })
  })
})
