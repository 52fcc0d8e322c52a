import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cancelTransaction } from '../../../adapters/drizzle/lanes/cancel-transaction.ts'
import type { Hash } from '../../../domain/address.ts'
import { tokenGas } from '../../harness/benches/lane-bench.ts'
import { type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'
import { aFunding, sendBench } from '../../harness/benches/send-bench.ts'
import { ether, gwei } from '../../harness/factories/a-chain.ts'

const tipWords = 'transaction underpriced: gas tip cap 1000000000, minimum needed 25000000000'

/**
 * Tests that the row of the waiting deposit shows refusals, both explicit (an error) and silent (a
 * hash, but the node drops the transaction).
 */
describe('sends that nodes refuse', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())
  const aBench = (more?: Parameters<typeof sendBench>[1]) => sendBench(ledger, more)

  it('shows the required and the allowed tip in the deposit’s row within two polls', async () => {
    const bench = aBench()
    const { chain, track, now } = bench
    chain.fake.refuse = () => tipWords
    const { transaction, row } = await aFunding(ledger, bench)
    await track()
    await track()
    expect(await row()).toEqual({
      state: 'waiting(gas-price)',
      detail: `the node asks for a tip of 25 gwei, gas.maxPriorityFeeGwei allows 2 gwei, a tip of 1 gwei and a max fee of 1 gwei are signed; the node rejects the transaction (tip-too-low): "${tipWords}"`,
    })
    expect((await now(transaction)).refusal).toMatchObject({ reason: 'gas-price' })
    chain.fake.refuse = undefined
    await track()
    await track()
    expect(await row()).toEqual({ state: 'funding', detail: '' })
    expect((await now(transaction)).refusal).toBeNull()
  })

  it.each([
    ['geth', tipWords],
    [
      'nethermind',
      'FeeTooLow, EffectivePriorityFeePerGas too low 1000000000 < 25000000000, BaseFee: 0',
    ],
  ])('bumps to the tip that the refusal names if the operator allows it (%s)', async (_, words) => {
    const limits = { maxFeeWei: 200n * gwei, maxPriorityFeeWei: 30n * gwei }
    const bench = aBench({
      gas: {
        ...limits,
        maxPerSweepWei: ether / 10n,
        maxFeeShare: 25n,
        maxGas: 100_000n,
        bumpAfterBlocks: 3,
      },
    })
    const { chain, track, now } = bench
    chain.fake.refuse = (_, { fees }) => (fees.maxPriorityFeeWei < 25n * gwei ? words : undefined)
    const { transaction, row } = await aFunding(ledger, bench)
    await track()
    chain.fake.mine()
    await track()
    const { attempts } = await now(transaction)
    expect(attempts.length).toBe(2)
    expect(attempts[1]?.maxPriorityFeeWei).toBeGreaterThanOrEqual(25n * gwei)
    await track()
    expect(await row()).toEqual({ state: 'funding', detail: '' })
  })

  it('shows a silent refusal after three blocks if a node returns a hash but drops the transaction', async () => {
    const bench = aBench()
    const { chain, track } = bench
    chain.fake.swallow = () => true
    const { transaction, row } = await aFunding(ledger, bench)
    const before = chain.fake.sent.length
    await track()
    expect(chain.fake.sent.length).toBe(before + 1)
    chain.fake.mineMany(2)
    for (let n = 0; n < 3; n += 1) await track()
    expect(await row()).toEqual({ state: 'funding', detail: '' })
    chain.fake.mine()
    await track()
    const hash = transaction.attempts[0]?.hash
    expect(await row()).toEqual({
      state: 'waiting(send-refused)',
      detail: `rejected silently: nodes answer each send with the hash ${hash}, but for 3 blocks or more no lookup has found it in a pool or a block; the transaction is sent again`,
    })
    chain.fake.swallow = undefined
    await track()
    await track()
    expect(await row()).toEqual({ state: 'funding', detail: '' })
  })

  it('records no refusal by a node that lists no pending transactions (op-geth, cdk-erigon #859)', async () => {
    const bench = aBench()
    const { chain, pollWith, metrics, now } = bench
    const { transaction, row } = await aFunding(ledger, bench)
    const knows = async (hash: Hash) => (await chain.fake.receipt(hash)) !== undefined
    for (let n = 0; n < 12; n += 1) await pollWith({ knows })
    expect(await row()).toEqual({ state: 'funding', detail: '' })
    expect((await now(transaction)).refusal).toBeNull()
    expect(metrics.counts.get('coldsweep_refused_transactions_total')).toBeUndefined()
    chain.fake.mine()
    await pollWith({ knows })
    expect((await now(transaction)).mined).not.toBeNull()
  })

  it('clears the refusal when the transaction is mined', async () => {
    const bench = aBench()
    const { chain, track, now } = bench
    chain.fake.swallow = () => true
    const { transaction, row } = await aFunding(ledger, bench)
    for (let n = 0; n < 2; n += 1) await track()
    chain.fake.mineMany(3)
    await track()
    expect((await row()).state).toBe('waiting(send-refused)')
    chain.fake.swallow = undefined
    await chain.fake.send(transaction.attempts[0]?.raw ?? '0x')
    chain.fake.mine()
    await track()
    expect((await now(transaction)).refusal).toBeNull()
    expect(await row()).toEqual({ state: 'funding', detail: '' })
  })

  it('names the refused nonce that a gas payment waits for', async () => {
    const bench = aBench()
    const { chain, track } = bench
    chain.fake.refuse = (_, { nonce }) => (nonce === 0n ? 'txpool is full' : undefined)
    const first = await aFunding(ledger, bench)
    const second = await aFunding(ledger, bench)
    for (let n = 0; n < 3; n += 1) await track()
    expect((await first.row()).detail).toBe(
      'the node rejects the transaction (pool-full): "txpool is full"',
    )
    expect(await second.row()).toEqual({
      state: 'waiting(send-refused)',
      detail: `waits behind nonce 0 of the same sender (${first.transaction.key}): the node rejects the transaction (pool-full): "txpool is full"`,
    })
    chain.fake.refuse = undefined
    for (let n = 0; n < 3; n += 1) await track()
    expect((await second.row()).state).toBe('funding')
  })

  it('broadcasts a refused transaction less than 20 times in 200 immediate polls', async () => {
    const bench = aBench()
    const { chain, track } = bench
    chain.fake.refuse = () => 'blacklisted sender'
    await aFunding(ledger, bench)
    for (let n = 0; n < 200; n += 1) await track()
    expect(chain.fake.sent.length).toBeLessThan(20)
  })

  it('does not change the row after a single refusal', async () => {
    const bench = aBench()
    const { chain, track } = bench
    chain.fake.refuse = () => 'internal error'
    const { row } = await aFunding(ledger, bench)
    chain.fake.refuse = undefined
    await track()
    await track()
    expect(await row()).toEqual({ state: 'funding', detail: '' })
  })

  describe('a gas limit that nodes refuse (MONEY 8)', () => {
    const words = 'intrinsic gas too low: gas 60000, minimum needed 70000'
    async function aRefusedSweep(capWei: bigint, estimate: bigint) {
      const bench = aBench()
      const { chain, aSweep, sent, tokens } = bench
      const sweep = await aSweep(undefined, chain.chain.tokens[0]?.id)
      chain.fake.setBalance(sweep.wallet, ether)
      chain.fake.estimated = { kind: 'gas', gas: estimate }
      chain.fake.refuse = (_, { fees }) => (fees.gasLimit < 70_000n ? words : undefined)
      const transaction = await sent(tokens(sweep, capWei))
      return { ...bench, transaction }
    }

    it('is raised on the same nonce to the new estimate with margin, within the funded amount', async () => {
      const { chain, transaction, track, now } = await aRefusedSweep(3n * gwei, 70_000n)
      chain.fake.quote = { ...chain.fake.quote, baseFeeWei: gwei / 2n, priorityFeeWei: gwei / 2n }
      chain.fake.mine()
      await track()
      const { attempts } = await now(transaction)
      expect(attempts).toMatchObject([
        { gasLimit: tokenGas, maxFeeWei: gwei },
        { gasLimit: 84_000n, kind: 'send' },
      ])
      const [, second] = attempts
      const cost = (second?.gasLimit ?? 0n) * (second?.maxFeeWei ?? 0n)
      expect(cost).toBeLessThanOrEqual(tokenGas * 3n * gwei)
      chain.fake.mineMany(4)
      await track()
      expect(await now(transaction)).toMatchObject({
        state: 'succeeded',
        mined: { hash: second?.hash },
      })
    })

    it('causes no new signature above the funded amount', async () => {
      const { chain, transaction, track, now } = await aRefusedSweep(gwei, 70_000n)
      chain.fake.quote = { ...chain.fake.quote, baseFeeWei: gwei / 2n, priorityFeeWei: gwei / 2n }
      for (let n = 0; n < 3; n += 1) {
        chain.fake.mine()
        await track()
      }
      expect((await now(transaction)).attempts.length).toBe(1)
      expect((await now(transaction)).refusal).toEqual({
        reason: 'gas-limit',
        detail: `gas limit 60000 is signed, the node requires 70000; the node rejects the transaction (gas-limit-too-low): "${words}"`,
      })
    })

    it('causes no new signature if the estimate is not higher', async () => {
      const { chain, transaction, track, now } = await aRefusedSweep(3n * gwei, 40_000n)
      chain.fake.quote = { ...chain.fake.quote, baseFeeWei: gwei / 2n, priorityFeeWei: gwei / 2n }
      for (let n = 0; n < 8; n += 1) {
        chain.fake.mine()
        await track()
      }
      expect((await now(transaction)).attempts.length).toBe(1)
    })
  })

  it.each([
    ['above the recorded gas', { kind: 'gas', gas: 400_000n }, 375_000n],
    ['a revert', { kind: 'reverted', reason: 'no' }, 375_000n],
    ['the recorded gas', { kind: 'gas', gas: 300_000n }, 360_000n],
  ] as const)(
    'limits the gas of a cancel to the recorded gas plus margin, if the estimate is %s (MONEY 8)',
    async (_, estimated, gasLimit) => {
      const bench = aBench()
      const { chain, track, now } = bench
      const record = {
        gas: 300_000n,
        blockNumber: 1n,
        measuredAt: new Date(),
        measuredBy: 'config check',
      }
      const transferGas = { read: async () => record, recordFirst: async () => record }
      Object.assign(chain, { transferGas })
      const { transaction } = await aFunding(ledger, bench)
      const hash = transaction.attempts[0]?.hash ?? '0x'
      await cancelTransaction(ledger.db, hash, { operator: 'ann', reason: 'no block takes it' })
      chain.fake.estimated = estimated
      await track()
      expect((await now(transaction)).attempts).toMatchObject([
        { kind: 'send' },
        { kind: 'cancel', gasLimit },
      ])
    },
  )
})
