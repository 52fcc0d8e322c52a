import { describe, expect, it } from 'vitest'
import type { DustLimits } from '../../../domain/sweeps/dust-order.ts'
import { activityBench, failureOf } from '../../harness/benches/activity-bench.ts'
import { ether, gwei } from '../../harness/factories/a-chain.ts'

const gas = 60_000n
const transferGas = 21_000n

/** A token wallet with half of the minimum, and an order that allows its sweep at `maxCostWei`. */
function tokenDust(maxCostWei: bigint, wei: bigint) {
  const made = activityBench()
  made.hold(500_000n, wei)
  order(made, { minAmount: 1n, maxCostWei, factor: 0 })
  return made
}

/** A wallet with half of the native minimum, and an order by which 6 × the cost must arrive. */
function coinDust(maxCostWei = ether) {
  const made = activityBench()
  made.sweeps.deposits.clear()
  const deposit = made.native({ amount: ether / 200n })
  made.fake.setBalance(made.wallet, ether / 200n)
  order(made, { minAmount: 1n, maxCostWei, factor: 6 }, deposit.id)
  return { ...made, deposit }
}

type Bench = ReturnType<typeof activityBench>
function order({ sweeps, deposit }: Bench, limits: DustLimits, id = deposit.id): void {
  const found = sweeps.deposits.get(id)
  if (!found) throw new Error('no deposit')
  sweeps.put({ ...found, dustOrderId: 'order-1' })
  sweeps.dustLimits = limits
}
const market = ({ fake }: Pick<Bench, 'fake'>, baseFeeWei: bigint) => {
  fake.quote = { ...fake.quote, baseFeeWei }
}

describe('the limits of an order to sweep dust, after its plan (MONEY 15)', () => {
  it('signs nothing if gas has become too dear for native dust since the plan', async () => {
    const made = coinDust()
    const request = await made.planned(made.deposit.id)
    market(made, 24n * gwei)
    expect(await made.inContext(() => made.activities.sweep(request), made.deposit.id)).toEqual({
      kind: 'replan',
      why: expect.stringMatching(/less than 6 times its cost/),
    })
    expect(made.lanes.transactions).toEqual([])
    expect(await made.plan(made.deposit.id)).toMatchObject({ kind: 'finished', state: 'ignored' })
    expect(made.row(made.deposit.id)).toMatchObject({ state: 'ignored', reason: 'dust' })
  })

  it('limits the bumps of native dust to the share of the balance that the order allows', async () => {
    const made = coinDust()
    const request = await made.planned(made.deposit.id)
    await failureOf(made.inContext(() => made.activities.sweep(request), made.deposit.id))
    expect(made.sweepTransaction()).toMatchObject({ costLimitWei: ether / 200n / 7n })
  })

  it('limits the bumps of a token transfer to the order’s cost less the keeper’s fees', async () => {
    const maxCostWei = (gas + transferGas) * 3n * gwei
    const made = tokenDust(maxCostWei, 0n)
    const request = await made.planned()
    expect(await made.fundGas(request)).toMatchObject({ kind: 'funded' })
    const [funding] = made.lanes.transactions
    if (!funding) throw new Error('no gas')
    // Every later transfer of the keeper waits for this one, so no limit holds its bumps back.
    expect(funding.costLimitWei).toBeNull()
    const { gasUsed, gasPriceWei } = await made.endAs(funding, 'succeeded')
    await failureOf(made.sweep(request))
    expect(made.sweepTransaction()).toMatchObject({
      costLimitWei: maxCostWei - gasUsed * gasPriceWei,
    })
  })

  it('plans again before it sends gas if gas has become dearer, and then ends as dust', async () => {
    const made = tokenDust((gas + transferGas) * 3n * gwei, 0n)
    const request = await made.planned()
    market(made, 5n * gwei)
    expect(await made.fundGas(request)).toMatchObject({ kind: 'replan' })
    expect(made.lanes.transactions).toEqual([])
    expect(await made.plan()).toMatchObject({ kind: 'finished', state: 'ignored', reason: 'dust' })
    expect(made.row()?.detail).toMatch(/more than the order's/)
  })

  it('sends no more gas for a signed transfer whose next bump the order forbids', async () => {
    const made = tokenDust(gas * 3n * gwei, gas * 3n * gwei)
    const request = await made.planned()
    await failureOf(made.sweep(request))
    market(made, 20n * gwei)
    expect(await failureOf(made.sweep(request))).toMatchObject({ type: 'NotYet' })
    expect(made.row()).toMatchObject({ state: 'waiting', reason: 'gas-price' })
    expect(made.row()?.detail).toMatch(/the order's cost limit pays at most/)
    expect(await made.plan()).toMatchObject({ kind: 'planned' })
    expect(made.lanes.transactions.map(({ step }) => step)).toEqual(['sweep'])
  })

  it('funds another round up to the order’s limit, and no further', async () => {
    const maxCostWei = gas * 30n * gwei
    const made = tokenDust(maxCostWei, gas * 3n * gwei)
    const request = await made.planned()
    await failureOf(made.sweep(request))
    market(made, 20n * gwei)
    expect(await made.plan()).toMatchObject({
      kind: 'planned',
      gasShortWei: (gas * 30n * gwei - gas * 3n * gwei).toString(),
    })
    expect((await made.sweeps.find(request.sweepId))?.plan?.feeCapWei).toBe(30n * gwei)
  })

  it('does not limit a sweep whose balance has reached the minimum', async () => {
    const made = tokenDust(1n, gas * 3n * gwei)
    made.hold(5_000_000n, gas * 3n * gwei)
    const request = await made.planned()
    await failureOf(made.sweep(request))
    expect(made.sweepTransaction()).toMatchObject({ costLimitWei: null })
  })
})
