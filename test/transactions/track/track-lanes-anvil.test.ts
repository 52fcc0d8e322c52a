import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTransactionCodec } from '../../../adapters/viem/transaction-codec.ts'
import type { Transaction } from '../../../domain/lanes/transaction.ts'
import { type AnvilChain, anAnvilChain } from '../../harness/benches/an-anvil-chain.ts'
import { laneBench } from '../../harness/benches/lane-bench.ts'
import { type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'
import { gwei } from '../../harness/factories/a-chain.ts'

const codec = createTransactionCodec()
const hashOf = (transaction: Transaction) => transaction.attempts[0]?.hash ?? '0x'

describe('tracking lanes on anvil (MONEY 3, 5, 21)', () => {
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

  const inPool = async (transaction: Transaction) =>
    await chain.broadcaster.knows(hashOf(transaction))
  const sendsOf = async (transaction: Transaction) => {
    const [row] =
      await ledger.sql`select sends, raw from attempts where hash = ${hashOf(transaction)}`
    return row?.['sends']
  }

  it('records the block of a mined transaction, and ends the transaction when it is final', async () => {
    const { aSweep, sent, gas, track, now } = bench
    const transaction = await sent(gas(await aSweep()))
    await track()
    expect(await now(transaction)).toMatchObject({ state: 'live', mined: null })
    await chain.mine()
    await track()
    const head = await chain.state.head()
    expect(await now(transaction)).toMatchObject({
      state: 'live',
      mined: {
        hash: hashOf(transaction),
        blockNumber: head.number,
        blockHash: head.hash,
        ok: true,
      },
    })
    await chain.mine()
    await track()
    expect((await now(transaction)).state).toBe('live')
    await chain.mine()
    await track()
    expect(await now(transaction)).toMatchObject({
      state: 'succeeded',
      mined: { gasUsed: 21_000n },
    })
    expect(await sendsOf(transaction)).toBe(1)
  })

  it('ends a transaction with status 0 as reverted when it is final', async () => {
    const { aSweep, sent, gas, track, now } = bench
    const sweep = await aSweep()
    await chain.request('anvil_setCode', [sweep.wallet, '0x60006000fd'])
    const transaction = await sent(gas(sweep))
    await chain.mine()
    await track()
    expect(await now(transaction)).toMatchObject({ state: 'live', mined: { ok: false } })
    await chain.mine(2)
    await track()
    expect((await now(transaction)).state).toBe('reverted')
  })

  it('rebroadcasts the same bytes after a reorg, gas before the sweep that needs the gas', async () => {
    const { aSweep, sent, gas, native, track, now, laneHolder, log } = bench
    const sweep = await aSweep()
    const funding = await sent(gas(sweep))
    await chain.mine()
    const sweeping = await sent(native(sweep))
    await chain.mine()
    await track()
    expect(await laneHolder(sweep.wallet)).toBeNull()
    await chain.reorg(2)
    expect([await inPool(funding), await inPool(sweeping)]).toEqual([false, false])
    await track()
    for (const transaction of [funding, sweeping]) {
      const row = await now(transaction)
      expect(row).toMatchObject({ state: 'live', mined: null })
      expect(row.attempts).toMatchObject([{ raw: transaction.attempts[0]?.raw }])
      expect(await inPool(transaction)).toBe(true)
    }
    expect(await laneHolder(sweep.wallet)).toBe(sweep.sweepId)
    expect(
      log.lines.filter((line) => line.message === 'transaction reorged out of its block').length,
    ).toBe(2)
    await chain.mine(3)
    await track()
    expect((await now(funding)).state).toBe('succeeded')
    expect((await now(sweeping)).state).toBe('succeeded')
  })

  it('rebroadcasts a transaction that the pool dropped', async () => {
    const { aSweep, sent, gas, track, now } = bench
    const transaction = await sent(gas(await aSweep()))
    await chain.request('anvil_dropTransaction', [hashOf(transaction)])
    expect(await inPool(transaction)).toBe(false)
    await track()
    expect(await inPool(transaction)).toBe(true)
    await track()
    expect(await sendsOf(transaction)).toBe(2)
    await chain.mine(3)
    await track()
    expect((await now(transaction)).state).toBe('succeeded')
  })

  it('rebroadcasts many dropped transactions in an order that the pool accepts', async () => {
    const { aSweep, sent, gas, track, now } = bench
    const all: Transaction[] = []
    for (let n = 0; n < 5; n += 1) all.push(await sent(gas(await aSweep())))
    await chain.request('anvil_dropAllTransactions')
    await track()
    await chain.mine(3)
    await track()
    for (const transaction of all) expect((await now(transaction)).state).toBe('succeeded')
  })

  it('keeps a transaction live while its fee is below the base fee, until the base fee falls (MONEY 4)', async () => {
    const { aSweep, sent, gas, track, now } = bench
    await chain.request('anvil_setNextBlockBaseFeePerGas', [`0x${(50n * gwei).toString(16)}`])
    const transaction = await sent(gas(await aSweep()))
    await track()
    expect((await now(transaction)).state).toBe('live')
    await chain.mine()
    await chain.request('anvil_setNextBlockBaseFeePerGas', ['0x1'])
    await track()
    await chain.mine(3)
    await track()
    expect((await now(transaction)).state).toBe('succeeded')
  })

  it('ends a transaction as displaced, with an alarm, once an external transaction on its nonce is final (MONEY 3)', async () => {
    const { aSweep, sent, gas, track, now, log, metrics } = bench
    const transaction = await sent(gas(await aSweep()))
    await chain.request('anvil_dropTransaction', [hashOf(transaction)])
    const { raw } = await codec.sign(
      {
        chainId: chain.chain.id,
        feeMode: 'eip1559',
        nonce: transaction.nonce,
        to: chain.keeper.address,
        valueWei: 0n,
        data: '0x',
        fees: { gasLimit: 21_000n, maxFeeWei: 5n * gwei, maxPriorityFeeWei: gwei },
      },
      chain.keeper.key,
    )
    await chain.broadcaster.send(raw)
    for (let blocks = 0; blocks < 2; blocks += 1) {
      await chain.mine()
      await track()
      expect((await now(transaction)).state).toBe('live')
    }
    await chain.mine()
    await track()
    expect((await now(transaction)).state).toBe('displaced')
    const alarms = log.lines.filter((line) => line.level === 'error')
    expect(alarms).toMatchObject([{ fields: { sender: chain.keeper.address, nonce: '0' } }])
    expect(metrics.counts.get('coldsweep_displaced_transactions_total')).toBe(1)
    const rows = await ledger.sql`
      select nonce from foreign_transactions where sender = ${chain.keeper.address}`
    expect(rows).toEqual([{ nonce: '0' }])
    await track()
    expect(metrics.counts.get('coldsweep_displaced_transactions_total')).toBe(1)
  })

  it('leaves a balance of 0 after a native sweep whose tip equals the max fee (MONEY 9)', async () => {
    const { aSweep, sent, native, track, now } = bench
    const sweep = await aSweep()
    await chain.mine()
    const head = await chain.state.head()
    const balance = await chain.state.nativeBalance(sweep.wallet, head.hash)
    const fees = { gasLimit: 21_000n, maxFeeWei: 20n * gwei, maxPriorityFeeWei: 20n * gwei }
    const valueWei = balance - fees.gasLimit * fees.maxFeeWei
    const transaction = await sent({
      ...native(sweep),
      fees,
      intent: { kind: 'sweep-native', chainId: chain.chain.id, wallet: sweep.wallet, valueWei },
    })
    await chain.mine(3)
    await track()
    const { mined, state } = await now(transaction)
    expect(state).toBe('succeeded')
    const after = mined?.blockHash ?? '0x'
    expect(await chain.state.nativeBalance(sweep.wallet, after)).toBe(0n)
    expect(await chain.state.nativeBalance(chain.chain.coldWallet, after)).toBe(valueWei)
  })
})
