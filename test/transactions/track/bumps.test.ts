import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Transaction } from '../../../domain/lanes/transaction.ts'
import { movedWei } from '../../../domain/lanes/transaction.ts'
import { type AnvilChain, anAnvilChain } from '../../harness/benches/an-anvil-chain.ts'
import { benchFees, laneBench, tokenGas } from '../../harness/benches/lane-bench.ts'
import { type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'
import { ether, gwei } from '../../harness/factories/a-chain.ts'

describe('bumps on anvil (MONEY 3, 7, 8, 9)', () => {
  let ledger: OwnLedger
  let chain: AnvilChain
  let bench: ReturnType<typeof laneBench>
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())
  beforeEach(async () => {
    chain = await anAnvilChain()
    bench = laneBench(ledger, chain)
  })
  afterEach(() => chain.stop())

  const attemptsOf = async (transaction: Transaction) => (await bench.now(transaction)).attempts
  /** Mines empty blocks at this base fee, and runs a poll of the lane loop after each block. */
  async function emptyBlocks(count: number, baseFeeWei: bigint) {
    for (let n = 0; n < count; n += 1) {
      await chain.setBaseFee(baseFeeWei)
      await chain.request('anvil_mine', ['0x1'])
      await chain.setBaseFee(baseFeeWei)
      await bench.track()
    }
  }
  async function final(transaction: Transaction) {
    await chain.mine(3)
    await bench.track()
    return await bench.now(transaction)
  }

  it('bumps all underpriced transactions of the keeper to the market price after a block', async () => {
    const { aSweep, sent, gas } = bench
    const all = [await sent(gas(await aSweep())), await sent(gas(await aSweep()))]
    await chain.setBaseFee(40n * gwei)
    await emptyBlocks(1, 40n * gwei)
    for (const transaction of all) {
      const [first, second, ...more] = await attemptsOf(transaction)
      expect(more).toEqual([])
      expect(second?.maxFeeWei).toBeGreaterThan(60n * gwei)
      expect(second).toMatchObject({ kind: 'send', number: 2, valueWei: first?.valueWei })
      const { state, mined, nonce } = await final(transaction)
      expect({ state, hash: mined?.hash, nonce }).toEqual({
        state: 'succeeded',
        hash: second?.hash,
        nonce: transaction.nonce,
      })
    }
  })

  it('bumps by 12.5 % after every bumpAfterBlocks blocks, not earlier', async () => {
    const { aSweep, sent, gas } = bench
    // The fee is high enough, but the gas does not fit into any block.
    await chain.request('evm_setBlockGasLimit', ['0x5207'])
    const transaction = await sent({
      ...gas(await aSweep()),
      fees: { ...benchFees, maxFeeWei: 10n * gwei },
    })
    const signedBlock = (await attemptsOf(transaction))[0]?.signedBlock
    expect(signedBlock).toBe((await chain.state.head()).number)
    const counts: number[] = []
    for (let block = 1; block <= 7; block += 1) {
      await emptyBlocks(1, 5n * gwei)
      counts.push((await attemptsOf(transaction)).length)
    }
    expect(counts).toEqual([1, 1, 2, 2, 2, 3, 3])
    const fees = (await attemptsOf(transaction)).map((attempt) => attempt.maxFeeWei)
    expect(fees).toEqual([10n * gwei, 11_250_000_000n, 12_656_250_000n])
    await chain.request('evm_setBlockGasLimit', ['0x1c9c380'])
    await bench.track()
    expect(await final(transaction)).toMatchObject({ state: 'succeeded' })
  })

  it('does not bump above four times the market’s price, but keeps rebroadcasting', async () => {
    const { aSweep, sent, gas, metrics } = bench
    await chain.request('evm_setBlockGasLimit', ['0x5207'])
    const transaction = await sent({
      ...gas(await aSweep()),
      fees: { ...benchFees, maxFeeWei: 10n * gwei },
    })
    await emptyBlocks(7, gwei)
    expect((await attemptsOf(transaction)).length).toBe(1)
    expect(metrics.gauges.get('coldsweep_oldest_unmined_blocks')).toBe(7)
    await chain.request('evm_setBlockGasLimit', ['0x1c9c380'])
    await bench.track()
    expect(await final(transaction)).toMatchObject({ state: 'succeeded' })
  })

  it('signs a bump only once the keeper can pay for it (MONEY 7)', async () => {
    const { aSweep, sent, gas, metrics } = bench
    const transaction = await sent(gas(await aSweep()))
    await chain.setBalance(chain.keeper.address, gwei + 21_000n * 30n * gwei)
    await emptyBlocks(5, 40n * gwei)
    expect((await attemptsOf(transaction)).length).toBe(1)
    expect(metrics.counts.get('coldsweep_replacements_total')).toBeGreaterThan(0)
    await chain.setBalance(chain.keeper.address, ether)
    await emptyBlocks(1, 40n * gwei)
    expect(await final(transaction)).toMatchObject({ state: 'succeeded' })
  })

  async function aTokenSweep(feeCapWei: bigint, balanceWei: bigint) {
    const sweep = await bench.aSweep(undefined, chain.chain.tokens[0]?.id)
    await chain.setBalance(sweep.wallet, balanceWei)
    return { sweep, transaction: await bench.sent(bench.tokens(sweep, feeCapWei)) }
  }

  it('bumps a token sweep within its funded cap, without another gas round', async () => {
    const capWei = 30n * gwei
    const { sweep, transaction } = await aTokenSweep(capWei, tokenGas * capWei)
    await emptyBlocks(1, 25n * gwei)
    const [, second] = await attemptsOf(transaction)
    expect(second?.maxFeeWei).toBe(capWei)
    const ended = await final(transaction)
    expect(ended).toMatchObject({ state: 'succeeded', mined: { hash: second?.hash } })
    expect((await ledger.lanes.ofSweep(sweep.sweepId)).length).toBe(1)
  })

  it('signs no bump above the cap until a gas round raises the cap, even if the wallet holds more', async () => {
    const { transaction } = await aTokenSweep(30n * gwei, ether)
    await emptyBlocks(6, 50n * gwei)
    expect((await attemptsOf(transaction)).length).toBe(1)
    await ledger.lanes.raiseCap(transaction.key, 120n * gwei)
    await emptyBlocks(1, 50n * gwei)
    const ended = await final(transaction)
    expect(ended).toMatchObject({ state: 'succeeded', attempts: [{}, { number: 2 }] })
  })

  it('signs no bump of ordered dust above its cost limit until a user’s deposit waits (MONEY 15)', async () => {
    const { sweep, transaction } = await aTokenSweep(60n * gwei, tokenGas * 60n * gwei)
    await ledger.sql`update transactions set cost_limit_wei = ${(tokenGas * 10n * gwei).toString()}`
    await ledger.sql`update deposits set dust_order_id = gen_random_uuid()`
    await emptyBlocks(6, 25n * gwei)
    expect((await attemptsOf(transaction)).length).toBe(1)
    await ledger.put({ chainId: chain.chain.id, wallet: sweep.wallet })
    await emptyBlocks(1, 25n * gwei)
    expect((await attemptsOf(transaction)).length).toBe(2)
    expect(await final(transaction)).toMatchObject({ state: 'succeeded' })
  })

  it('signs no bump within the cap if the bump costs more than the wallet’s balance', async () => {
    const { transaction } = await aTokenSweep(30n * gwei, tokenGas * gwei)
    await emptyBlocks(6, 2n * gwei)
    expect((await attemptsOf(transaction)).length).toBe(1)
  })

  it('lowers the value of a native sweep at a bump, so that the sweep empties the wallet once (MONEY 9)', async () => {
    const { aSweep, sent, native } = bench
    const sweep = await aSweep()
    await chain.setBalance(sweep.wallet, ether)
    const fees = { ...benchFees, maxFeeWei: 2n * gwei, maxPriorityFeeWei: 2n * gwei }
    const valueWei = ether - fees.gasLimit * fees.maxFeeWei
    const intent = { ...native(sweep).intent, valueWei } as ReturnType<typeof native>['intent']
    const transaction = await sent({ ...native(sweep), fees, intent })
    await emptyBlocks(1, 40n * gwei)
    const [first, second] = await attemptsOf(transaction)
    if (!first || !second) throw new Error('it was not signed again')
    expect(second.valueWei).toBe(ether - fees.gasLimit * second.maxFeeWei)
    expect(second.valueWei).toBeLessThan(first.valueWei)
    const ended = await final(transaction)
    expect(ended.state).toBe('succeeded')
    expect(movedWei(ended)).toBe(second.valueWei)
    expect(await chain.balanceOf(sweep.wallet)).toBe(0n)
    expect(await chain.balanceOf(chain.chain.coldWallet)).toBe(second.valueWei)
    expect(await chain.state.minedNonce(sweep.wallet)).toBe(1n)
  })

  it('reserves 1.5 times the new L1 fee in a bump of a native sweep after the L1 fee rose (MONEY 9)', async () => {
    const quotedWei = 10n ** 13n
    let nowWei = quotedWei
    const rollup = { ...chain, state: { ...chain.state, rollupFee: async () => nowWei } }
    const onRollup = laneBench(ledger, rollup)
    const sweep = await onRollup.aSweep()
    await chain.setBalance(sweep.wallet, ether)
    const reserveWei = 21_000n * gwei + (quotedWei * 3n) / 2n
    const native = onRollup.native(sweep)
    const intent = { ...native.intent, valueWei: ether - reserveWei } as typeof native.intent
    const transaction = await onRollup.sent({ ...native, intent, l1FeeWei: quotedWei })
    nowWei = 5n * quotedWei
    await chain.setBaseFee(40n * gwei)
    await chain.request('anvil_mine', ['0x1'])
    await onRollup.track()
    const again = await onRollup.now(transaction)
    const [, second] = again.attempts
    expect(again.l1FeeWei).toBe(nowWei)
    expect((second?.valueWei ?? 0n) + 21_000n * (second?.maxFeeWei ?? 0n)).toBe(
      ether - (nowWei * 3n) / 2n,
    )
  })

  it('moves the remaining balance with a native sweep if the balance fell below the sweep’s value', async () => {
    const { aSweep, sent, native } = bench
    const sweep = await aSweep()
    await chain.mine()
    const intent = { ...native(sweep).intent, valueWei: ether - 21_000n * gwei }
    const transaction = await sent({
      ...native(sweep),
      intent: intent as ReturnType<typeof native>['intent'],
    })
    await chain.setBalance(sweep.wallet, ether / 4n)
    await emptyBlocks(3, 1n)
    const ended = await final(transaction)
    expect(ended.state).toBe('succeeded')
    expect(movedWei(ended)).toBeLessThan(ether / 4n)
    expect(await chain.balanceOf(chain.chain.coldWallet)).toBe(movedWei(ended))
  })

  it('signs no bump above the chain’s ceiling, and bumps again below the ceiling', async () => {
    const { aSweep, sent, gas } = bench
    const transaction = await sent(gas(await aSweep()))
    await emptyBlocks(6, 250n * gwei)
    expect((await attemptsOf(transaction)).length).toBe(1)
    await emptyBlocks(1, 100n * gwei)
    const attempts = await attemptsOf(transaction)
    expect(attempts.length).toBe(2)
    expect(attempts[1]?.maxFeeWei).toBeLessThanOrEqual(chain.chain.gas.maxFeeWei)
    expect(await final(transaction)).toMatchObject({ state: 'succeeded' })
  })

  it('signs no bump at a head without a base fee, because the gas price is no tip (ethermint #853)', async () => {
    const feeQuote = async () => ({ ...(await chain.state.feeQuote()), baseFeeWei: undefined })
    const blind = laneBench(ledger, { ...chain, state: { ...chain.state, feeQuote } })
    const transaction = await blind.sent(blind.gas(await blind.aSweep()))
    for (let n = 0; n < 4; n += 1) {
      await chain.setBaseFee(40n * gwei)
      await chain.request('anvil_mine', ['0x1'])
      await blind.track()
    }
    expect((await attemptsOf(transaction)).length).toBe(1)
    await chain.setBaseFee(40n * gwei)
    await bench.track()
    expect((await attemptsOf(transaction)).length).toBe(2)
  })

  it('signs one bump if leaders poll concurrently (MONEY 5)', async () => {
    const { aSweep, sent, gas, track } = bench
    const transaction = await sent(gas(await aSweep()))
    await chain.setBaseFee(40n * gwei)
    await chain.request('anvil_mine', ['0x1'])
    await chain.setBaseFee(40n * gwei)
    await Promise.all([track(), track(), track()])
    expect((await attemptsOf(transaction)).length).toBe(2)
  })
})
