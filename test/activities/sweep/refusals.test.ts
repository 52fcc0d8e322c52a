import { describe, expect, it } from 'vitest'
import type { TransferGasRecord } from '../../../domain/chains/transfer-gas.ts'
import { ChainRefused } from '../../../domain/errors.ts'
import { activityBench, failureOf } from '../../harness/benches/activity-bench.ts'
import { ether, gwei } from '../../harness/factories/a-chain.ts'
import { anAttempt, aTransaction } from '../../harness/factories/a-transaction.ts'

describe('planning at a node that asks for a higher tip than the operator allows', () => {
  it('waits as gas-price with both tips in the detail and spends no gas if the requested tip is far above the cap', async () => {
    const made = activityBench()
    made.hold(5_000_000n, 0n)
    made.fake.quote = { ...made.fake.quote, priorityFeeWei: 25n * gwei }
    expect(await made.plan()).toEqual({
      kind: 'parked',
      reason: 'gas-price',
      detail: 'the node asks for a tip of 25 gwei, gas.maxPriorityFeeGwei allows 2 gwei',
    })
    expect(made.lanes.born).toEqual([])
  })

  it('signs a tip at the cap if the requested tip is slightly above the cap, because most nodes accept less than they suggest', async () => {
    const made = activityBench()
    made.hold(5_000_000n, 0n)
    made.fake.quote = { ...made.fake.quote, priorityFeeWei: 3n * gwei }
    await made.fundGas(await made.planned())
    expect(made.lanes.born[0]?.fees.maxPriorityFeeWei).toBe(2n * gwei)
  })
})

describe('a refused broadcast that the lane loop recorded', () => {
  it('becomes the deposit’s state until the refusal is cleared', async () => {
    const made = activityBench()
    made.hold(5_000_000n)
    const request = await made.planned()
    await failureOf(made.sweep(request))
    const signed = made.sweepTransaction()
    if (!signed) throw new Error('nothing was signed')
    made.lanes.put({ ...signed, refusal: { reason: 'send-refused', detail: 'txpool is full' } })
    expect(await failureOf(made.sweep(request))).toMatchObject({ type: 'NotYet' })
    expect(made.row()).toMatchObject({
      state: 'waiting',
      reason: 'send-refused',
      detail: 'txpool is full',
    })
    made.lanes.put(signed)
    await failureOf(made.sweep(request))
    expect(made.row()).toMatchObject({ state: 'confirming-sweep', reason: '', detail: '' })
  })

  it('becomes the deposit’s state at checkGas if the refused transaction is the sweep’s gas', async () => {
    const made = activityBench()
    made.hold(5_000_000n, 0n)
    const request = await made.planned()
    await made.fundGas(request)
    const [gas] = made.lanes.transactions
    if (!gas) throw new Error('nothing was signed')
    made.lanes.put({ ...gas, refusal: { reason: 'send-refused', detail: 'txpool is full' } })
    expect(await made.checkGas(request)).toEqual({ kind: 'pending' })
    expect(made.row()).toMatchObject({ state: 'waiting', reason: 'send-refused' })
  })

  it('stops gas payments for other deposits if it has the keeper’s lowest unmined nonce', async () => {
    const made = activityBench()
    made.hold(5_000_000n, 0n)
    const request = await made.planned()
    made.lanes.put(
      aTransaction({
        sweepId: 'other',
        nonce: 3n,
        refusal: { reason: 'gas-price', detail: 'the node asks for a tip of 25 gwei' },
      }),
    )
    expect(await made.fundGas(request)).toEqual({
      kind: 'parked',
      reason: 'gas-price',
      detail:
        'waits behind nonce 3 of the GAS_KEEPER (other:gas:1): the node asks for a tip of 25 gwei',
    })
    expect(made.lanes.born).toEqual([])
  })

  it('checkGas returns mined for the newest attempt even if the lookup of an older attempt fails', async () => {
    const made = activityBench()
    made.hold(5_000_000n, 0n)
    const request = await made.planned()
    await made.fundGas(request)
    const [gas] = made.lanes.transactions
    const newest = gas?.attempts[0]
    if (!gas || !newest) throw new Error('nothing was signed')
    const older = anAttempt()
    made.lanes.put({ ...gas, attempts: [older, { ...newest, number: 2 }] })
    made.fake.mine()
    const { receipt } = made.fake
    made.fake.receipt = async (hash) => {
      if (hash === older.hash) throw new ChainRefused('the node answered "boom" (-32000)')
      return await receipt.call(made.fake, hash)
    }
    expect(await made.checkGas(request)).toEqual({ kind: 'mined' })
  })
})

describe('signing on a chain where a plain transfer takes more than 21,000 gas', () => {
  /** Returns a bench on a chain with recorded transfer gas (none if 0) and a node’s estimate. */
  function onRecord(gas: bigint, estimate: bigint) {
    const made = activityBench()
    const records = new Map<number, TransferGasRecord>()
    const book = {
      read: async (chainId: number) => records.get(chainId),
      recordFirst: async (chainId: number, measured: Omit<TransferGasRecord, 'measuredAt'>) => {
        const record = records.get(chainId) ?? { ...measured, measuredAt: new Date() }
        records.set(chainId, record)
        return record
      },
    }
    if (gas > 0n)
      void book.recordFirst(made.chain.chain.id, {
        gas,
        blockNumber: 1n,
        measuredBy: 'config check',
      })
    Object.assign(made.chain, { transferGas: book })
    made.fake.estimated = { kind: 'gas', gas: estimate }
    made.native()
    return { ...made, records }
  }

  it('measures and records the gas if no gas is recorded, and signs with the recorded gas plus margin', async () => {
    const made = onRecord(0n, 60_000n)
    made.hold(5_000_000n, 0n)
    await made.fundGas(await made.planned())
    expect(made.lanes.born[0]?.fees.gasLimit).toBe(72_000n)
    expect([...made.records.values()]).toMatchObject([{ gas: 60_000n, measuredBy: 'first start' }])
  })

  it.each([
    [60_000n, 60_000n, 72_000n],
    [60_000n, 70_000n, 75_000n],
    [60_000n, 75_000n, 75_000n],
    [60_000n, 21_000n, 60_000n],
    [21_000n, 90_000n, 21_000n],
  ])(
    'turns %d recorded and %d estimated gas into a gas limit of %d',
    async (recorded, estimated, signed) => {
      const made = onRecord(recorded, estimated)
      made.hold(5_000_000n, 0n)
      await made.fundGas(await made.planned())
      expect(made.lanes.born[0]?.fees.gasLimit).toBe(signed)
    },
  )

  it('waits as gas-limit with both numbers in the detail if the estimate exceeds the recorded gas plus margin', async () => {
    const made = onRecord(60_000n, 75_001n)
    made.hold(5_000_000n, 0n)
    expect(await made.fundGas(await made.planned())).toEqual({
      kind: 'parked',
      reason: 'gas-limit',
      detail:
        'the node estimates 75001 gas for a plain transfer; 60000 are recorded for this chain, and up to 75000 are allowed: run "coldsweep config check" to measure and record it again',
    })
  })

  it('reserves the recorded gas plus margin for a native sweep', async () => {
    const made = onRecord(60_000n, 60_000n)
    const deposit = made.native()
    made.fake.setBalance(made.wallet, ether)
    await made.planned(deposit.id)
    const [sweep] = [...made.sweeps.sweeps.values()]
    expect(sweep?.plan?.gasLimit).toBe(72_000n)
  })
})

describe('gas that grows between plan and send (Arbitrum)', () => {
  const arbitrum = () => {
    const made = activityBench({ rollup: 'arbitrum' })
    made.fake.estimated = { kind: 'gas', gas: 50_000n }
    made.hold(5_000_000n, 60_000n * 3n * gwei)
    return made
  }

  it('is estimated again at signing, within the funded amount', async () => {
    const made = arbitrum()
    const request = await made.planned()
    made.fake.estimated = { kind: 'gas', gas: 60_000n }
    await failureOf(made.sweep(request))
    const [born] = made.lanes.born
    expect(born?.fees.gasLimit).toBe(72_000n)
    expect(born?.feeCapWei).toBe((60_000n * 3n * gwei) / 72_000n)
    expect(72_000n * (born?.fees.maxFeeWei ?? 0n)).toBeLessThanOrEqual(60_000n * 3n * gwei)
  })

  it('is planned again if it exceeds the funded amount', async () => {
    const made = arbitrum()
    const request = await made.planned()
    made.fake.estimated = { kind: 'gas', gas: 600_000n }
    expect(await made.sweep(request)).toMatchObject({ kind: 'replan' })
    expect(made.lanes.born).toEqual([])
  })

  it('gets another gas round and a higher cap if the node requires a limit above the funded amount', async () => {
    const made = arbitrum()
    const request = await made.planned()
    await failureOf(made.sweep(request))
    const signed = made.sweepTransaction()
    if (!signed) throw new Error('nothing was signed')
    const refusedAttempt = signed.attempts.map((attempt) => ({
      ...attempt,
      unheld: 2,
      lastError: 'intrinsic gas too low',
    }))
    made.lanes.put({ ...signed, attempts: refusedAttempt })
    made.fake.estimated = { kind: 'gas', gas: 150_000n }
    expect(await made.sweep(request)).toMatchObject({ kind: 'replan' })
    expect(made.row()).toMatchObject({
      state: 'waiting',
      reason: 'gas-limit',
      detail:
        'the node rejects a gas limit of 60000 and estimates that 180000 are needed; 180000000000000 wei of funded gas do not pay for that at 2500000000 wei per gas: another gas round follows',
    })
    const neededWei = 180_000n * 3n * gwei
    expect(await made.plan()).toMatchObject({
      kind: 'planned',
      gasShortWei: String(neededWei - 60_000n * 3n * gwei),
    })
    made.fake.setBalance(made.wallet, neededWei)
    expect(await failureOf(made.sweep(request))).toMatchObject({
      message: 'more gas was funded: the sweep’s fee may rise',
    })
    const raised = made.sweepTransaction()
    expect((raised?.gasLimit ?? 0n) * (raised?.feeCapWei ?? 0n)).toBe(neededWei)
  })
})
