import { describe, expect, it } from 'vitest'
import { activityBench } from '../../harness/benches/activity-bench.ts'
import { aChain, ether, gwei } from '../../harness/factories/a-chain.ts'

/** Returns a bench with a planned token sweep whose wallet has no native balance for gas. */
async function bench(more: Parameters<typeof activityBench>[0] = {}) {
  const made = activityBench(more)
  made.hold(5_000_000n, 0n)
  return { ...made, request: await made.planned() }
}

type Bench = Awaited<ReturnType<typeof bench>>

/** Wei that the keeper pays: a gas limit of 60,000 at a fee cap of 3 gwei. */
const needed = 60_000n * 3n * gwei

describe('fundGas, which pays gas from the keeper to the wallet (MONEY 1, 2, 8)', () => {
  it('signs a keeper payment of the missing gas, and broadcasts the same bytes at a repeat', async () => {
    const { fundGas, request, lanes, fake, wallet, chain } = await bench()
    const first = await fundGas(request)
    const again = await fundGas(request)
    expect(first).toMatchObject({
      kind: 'funded',
      transactionKey: `${request.sweepId}:gas:1`,
      amount: '0.00018 ETH',
      mined: false,
    })
    expect(again).toEqual(first)
    expect(lanes.transactions).toMatchObject([
      { sender: chain.keeper.address, to: wallet, valueWei: needed, data: '0x', gasLimit: 21_000n },
    ])
    expect(fake.sent.length).toBe(2)
    expect(new Set(fake.sent).size).toBe(1)
  })

  it('does not rebroadcast a mined or final gas transaction', async () => {
    const { fundGas, request, lanes, fake, endAs } = await bench()
    await fundGas(request)
    const [gas] = lanes.transactions
    if (!gas) throw new Error('nothing was signed')
    await endAs(gas, 'live')
    await fundGas(request)
    lanes.end(gas, 'succeeded', lanes.transactions[0]?.mined ?? null)
    await fundGas(request)
    expect([fake.sent.length, lanes.transactions.length]).toEqual([1, 1])
  })

  it('opens another gas round only after a newer plan found that gas is still missing (MONEY 2)', async () => {
    const { fundGas, request, planned, lanes, fake, endAs } = await bench()
    await fundGas(request)
    const [gas] = lanes.transactions
    if (gas) await endAs(gas, 'succeeded')
    expect(await fundGas(request)).toMatchObject({ transactionKey: `${request.sweepId}:gas:1` })
    fake.quote = { ...fake.quote, baseFeeWei: 3n * gwei }
    await planned()
    expect(await fundGas(request)).toMatchObject({ transactionKey: `${request.sweepId}:gas:2` })
    expect(lanes.transactions.map((t) => t.valueWei)).toEqual([needed, 60_000n * 4n * gwei])
  })

  it('returns mined: true if Redis has the gas signal, so that the workflow does not wait for the signal', async () => {
    const { fundGas, request, world } = await bench()
    world.signalled = true
    expect(await fundGas(request)).toMatchObject({ kind: 'funded', mined: true })
  })

  it.each([
    ['keeper-low', { keeperWei: 1n }, 'keeper-low'],
    ['lane-full', { maxInFlight: 0 }, 'lane-full'],
    ['gas-price', { quote: { baseFeeWei: 200n * gwei } }, 'gas-price'],
    [
      'gas-price, because the block has no base fee (ethermint #853)',
      { quote: { baseFeeWei: undefined } },
      'gas-price',
    ],
    [
      'gas-price, because the tip is above the cap',
      { quote: { priorityFeeWei: 25n * gwei } },
      'gas-price',
    ],
  ])('signs nothing and waits as %s', async (_, change, reason) => {
    const { fundGas, request, row, fake, chain, lanes } = await bench(
      'maxInFlight' in change ? { maxInFlight: change.maxInFlight } : {},
    )
    if ('keeperWei' in change) fake.setBalance(chain.keeper.address, change.keeperWei)
    if ('quote' in change) fake.quote = { ...fake.quote, ...change.quote }
    expect(await fundGas(request)).toMatchObject({ kind: 'parked', reason })
    expect(row()).toMatchObject({ state: 'waiting', reason })
    expect(lanes.transactions).toEqual([])
  })

  it.each([
    ['which the scanner has read', ({ lanes }: Bench) => Object.assign(lanes, { scanned: 11n })],
    [
      'at which the sweep was planned',
      (made: Bench) => {
        made.fake.rollBack(1)
        made.lanes.scanned = 9n
      },
    ],
  ])(
    'waits as rpc-quorum, not keeper-low, if the node is behind a block %s (bor #142)',
    async (why, happen) => {
      const made = await bench()
      happen(made)
      made.fake.setBalance(made.chain.keeper.address, 1n)
      expect(await made.fundGas(made.request)).toMatchObject({
        kind: 'parked',
        reason: 'rpc-quorum',
      })
      expect(made.row()?.detail).toMatch(
        new RegExp(`^the node is at block .*, behind block .*, ${why}`),
      )
      made.fake.setBalance(made.chain.keeper.address, ether)
      expect(await made.fundGas(made.request)).toMatchObject({ kind: 'funded' })
    },
  )

  it('asks for attention if all rounds together would cost more than maxPerSweepWei (MONEY 2)', async () => {
    const { gas } = aChain()
    const { fundGas, request, row, planned, fake, wallet, lanes, endAs } = await bench({
      gas: { ...gas, maxPerSweepWei: needed },
    })
    await fundGas(request)
    const [funded] = lanes.transactions
    if (funded) await endAs(funded, 'succeeded')
    // A failed sweep has burned the gas money.
    fake.setBalance(wallet, 0n)
    await planned()
    expect(await fundGas(request)).toMatchObject({ kind: 'attention', reason: 'rounds-exhausted' })
    expect(row()?.state).toBe('needs-attention')
  })

  it.each([
    ['the price', { maxPerSweepWei: 21_000n * 2n * gwei }, 'parked', /gas\.maxPerSweep allows/],
    ['the gas limit', { maxGas: 20_999n }, 'attention', /21000, and gas\.maxGas allows 20999/],
  ] as const)(
    'signs nothing if a cap fell below %s of the transfer since the plan (MONEY 26)',
    async (_, lowered, kind, why) => {
      const { fundGas, request, row, lanes, chain } = await bench()
      Object.assign(chain.chain.gas, lowered)
      expect(await fundGas(request)).toMatchObject({ kind })
      expect(row()?.detail).toMatch(why)
      expect(lanes.transactions).toEqual([])
    },
  )

  it('signs nothing and waits while the scanner is behind (MONEY 22)', async () => {
    const { fundGas, request, row, lanes } = await bench()
    lanes.scanned = null
    expect(await fundGas(request)).toMatchObject({ kind: 'parked', reason: 'scanner-behind' })
    expect(row()).toMatchObject({ state: 'waiting', reason: 'scanner-behind' })
    expect(lanes.transactions).toEqual([])
  })

  it('asks for attention if the keeper’s lane is behind the chain (MONEY 22)', async () => {
    const { fundGas, request, fake, chain, lanes } = await bench()
    lanes.nextNonces.set(chain.keeper.address, 0n)
    fake.useNonce(chain.keeper.address)
    expect(await fundGas(request)).toMatchObject({ kind: 'attention', reason: 'lane-behind' })
  })

  it('sends nothing to a wallet that was delegated since its plan (EIP-7702, MONEY 28)', async () => {
    const { fundGas, request, fake, wallet, lanes, row } = await bench()
    fake.codeOf.set(wallet, '0xef0100')
    expect(await fundGas(request)).toMatchObject({
      kind: 'attention',
      reason: 'delegated-elsewhere',
    })
    expect(row()?.detail).toContain('the keeper sends no gas money there')
    expect(lanes.transactions).toEqual([])
  })

  const spoils: [string, (made: Awaited<ReturnType<typeof bench>>) => void][] = [
    ['the lease is lost', ({ sweeps }) => Object.assign(sweeps, { leaseLost: true })],
    [
      'the sweep is closed',
      ({ sweeps, request }) => sweeps.change(request.sweepId, { closed: true }),
    ],
    [
      'the sweep has no plan',
      ({ sweeps, request }) => sweeps.change(request.sweepId, { plan: null }),
    ],
  ]
  it.each(spoils)('plans again and signs nothing if %s', async (_, happen) => {
    const made = await bench()
    happen(made)
    expect(await made.fundGas(made.request)).toMatchObject({ kind: 'replan' })
    expect(made.lanes.transactions).toEqual([])
  })
})

describe('checkGas, which looks up the gas transaction', () => {
  it('ignores the gas signal in Redis, and returns mined only for a receipt', async () => {
    const { fundGas, checkGas, request, world, fake } = await bench()
    await fundGas(request)
    world.signalled = true
    expect(await checkGas(request)).toEqual({ kind: 'pending' })
    world.signalled = false
    fake.mine()
    expect(await checkGas(request)).toEqual({ kind: 'mined' })
    fake.rollBack(1)
    expect(await checkGas(request)).toEqual({ kind: 'pending' })
  })

  it('returns pending if the receipt’s block is no longer in the chain (MONEY 21)', async () => {
    const { fundGas, checkGas, request, fake, lanes } = await bench()
    await fundGas(request)
    fake.mine()
    const stale = await fake.receipt(lanes.transactions[0]?.attempts[0]?.hash ?? '0x')
    fake.rollBack(1)
    fake.mine()
    Object.assign(fake, { receipt: async () => stale })
    expect(await checkGas(request)).toEqual({ kind: 'pending' })
  })

  it('returns pending after a revert, and replan once the revert is final', async () => {
    const { fundGas, checkGas, request, lanes, endAs } = await bench()
    await fundGas(request)
    const [gas] = lanes.transactions
    if (!gas) throw new Error('nothing was signed')
    const mined = await endAs(gas, 'live', false)
    expect(await checkGas(request)).toEqual({ kind: 'pending' })
    lanes.end(gas, 'reverted', mined)
    expect(await checkGas(request)).toMatchObject({ kind: 'replan' })
  })
})
