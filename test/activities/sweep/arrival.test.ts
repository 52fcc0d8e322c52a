import { describe, expect, it } from 'vitest'
import type { Address, Hex } from '../../../domain/address.ts'
import type { Log } from '../../../domain/chains/block.ts'
import { transferTopic } from '../../../domain/chains/erc20.ts'
import { ChainRefused, QuorumShort } from '../../../domain/errors.ts'
import { activityBench, failureOf } from '../../harness/benches/activity-bench.ts'
import { coldWallet, ether, gwei, token } from '../../harness/factories/a-chain.ts'
import { aHash } from '../../harness/factories/a-transaction.ts'

const stranger: Address = `0x${'5e'.repeat(20)}`
const topic = (address: string): Hex => `0x${'0'.repeat(24)}${address.slice(2)}`

function aTransferLog(from: Address, to: Address, amount: bigint, address: Address = token): Log {
  return {
    address,
    topics: [transferTopic, topic(from), topic(to)],
    data: `0x${amount.toString(16).padStart(64, '0')}`,
    blockNumber: 11n,
    blockHash: aHash(),
    transactionHash: aHash(),
    logIndex: 0,
  }
}

/** Returns a bench with a final sweep of 5 USDT, or of the native balance, that has status 1. */
async function swept(native = false) {
  const made = activityBench()
  made.hold(native ? 0n : 5_000_000n, ether)
  const request = await made.planned(native ? made.native().id : undefined)
  await failureOf(made.sweep(request))
  const transaction = made.sweepTransaction()
  if (!transaction) throw new Error('nothing was signed')
  const mined = await made.endAs(transaction, 'succeeded')
  const emits = (...logs: Log[]) => made.fake.addLogs(mined.hash, logs)
  const leave = (amount: bigint) => made.fake.setToken(token, made.wallet, amount)
  return {
    ...made,
    request,
    mined,
    emits,
    leave,
    outcome: async () => (await made.sweeps.find(request.sweepId))?.outcome,
  }
}

describe('a mined sweep (MONEY 12)', () => {
  it('is recorded as swept after a final Transfer of the token from the wallet to the cold wallet', async () => {
    const { emits, leave, sweep, request, mined, outcome, wallet } = await swept()
    emits(aTransferLog(wallet, coldWallet, 5_000_000n))
    leave(0n)
    expect(await sweep(request)).toEqual({
      kind: 'swept',
      hash: mined.hash,
      amount: '5 USDT',
      gasSpentWei: String(21_000n * gwei),
    })
    expect(await outcome()).toEqual({
      txHash: mined.hash,
      blockNumber: mined.blockNumber,
      txIndex: mined.txIndex,
      leftAmount: 5_000_000n,
      arrivedAmount: 5_000_000n,
      coverableAmount: 5_000_000n,
      emptied: true,
      remainingAmount: 0n,
      logOrder: 0,
      creditsBefore: 0,
      gasSpentWei: 21_000n * gwei,
    })
  })

  it('records at most the sent amount if the token logs one transfer twice', async () => {
    const { emits, sweep, request, outcome, wallet } = await swept()
    const log = aTransferLog(wallet, coldWallet, 5_000_000n)
    emits(log, log)
    expect(await sweep(request)).toMatchObject({ kind: 'swept', amount: '5 USDT' })
    expect(await outcome()).toMatchObject({ arrivedAmount: 5_000_000n, logOrder: 1 })
  })

  it('leaves the remaining amount unknown if the node reports a balance of 0 for the sweep’s block but not for the head', async () => {
    const { emits, leave, sweep, request, outcome, wallet, fake, mined } = await swept()
    emits(aTransferLog(wallet, coldWallet, 5_000_000n))
    leave(2_000_000n)
    fake.mine()
    const honest = fake.tokenBalance.bind(fake)
    fake.tokenBalance = async (of, holder, at?: string) =>
      at === mined.blockHash ? 0n : await honest(of, holder)
    expect(await sweep(request)).toMatchObject({ kind: 'swept' })
    expect(await outcome()).toMatchObject({ emptied: true, remainingAmount: null })
  })

  it('asks for attention after a refused sweep, even if the node reports a balance of 0 for the sweep’s block', async () => {
    const { leave, sweep, request, fake, mined } = await swept()
    leave(5_000_000n)
    fake.mine()
    const honest = fake.tokenBalance.bind(fake)
    fake.tokenBalance = async (of, holder, at?: string) =>
      at === mined.blockHash ? 0n : await honest(of, holder)
    expect(await sweep(request)).toMatchObject({ kind: 'attention', reason: 'token-refused' })
  })

  it('accepts a Transfer to the cold wallet of the signed transaction, even if this worker has another cold wallet', async () => {
    const { emits, leave, sweep, request, wallet, chain } = await swept()
    emits(aTransferLog(wallet, coldWallet, 5_000_000n))
    leave(0n)
    Object.assign(chain.chain, { coldWallet: stranger })
    expect(await sweep(request)).toMatchObject({ kind: 'swept', amount: '5 USDT' })
  })

  it('records the arrived amount of a token with a transfer fee, and lets the sent amount cover deposits', async () => {
    const { emits, leave, sweep, request, outcome, wallet } = await swept()
    emits(aTransferLog(wallet, stranger, 50_000n), aTransferLog(wallet, coldWallet, 4_950_000n))
    leave(3n)
    expect(await sweep(request)).toMatchObject({ amount: '4.95 USDT' })
    expect(await outcome()).toMatchObject({
      arrivedAmount: 4_950_000n,
      leftAmount: 5_000_000n,
      coverableAmount: 5_000_000n,
      emptied: false,
    })
  })

  it.each([ChainRefused, QuorumShort])(
    'is recorded by the logged amounts if the nodes have pruned the state of the block ($name)',
    async (Failure) => {
      const { emits, leave, sweep, request, outcome, wallet, fake } = await swept()
      emits(aTransferLog(wallet, coldWallet, 5_000_000n))
      leave(0n)
      fake.tokenBalance = () => Promise.reject(new Failure('missing trie node'))
      await failureOf(sweep(request))
      expect(await outcome()).toBeNull()
      fake.mineMany(100)
      expect(await sweep(request)).toMatchObject({ kind: 'swept' })
      expect(await outcome()).toMatchObject({ coverableAmount: 5_000_000n, emptied: false })
    },
  )

  it('reads a receipt without logs again if the wallet is empty, because the node may index logs later', async () => {
    const { emits, leave, sweep, request, row, wallet } = await swept()
    leave(0n)
    expect(await failureOf(sweep(request))).toMatchObject({ type: 'ChainAnswerBad' })
    expect(row()?.state).not.toBe('needs-attention')
    emits(aTransferLog(wallet, coldWallet, 5_000_000n))
    expect(await sweep(request)).toMatchObject({ kind: 'swept', amount: '5 USDT' })
  })

  const wrong: [string, (wallet: Address) => Log[]][] = [
    ['no log at all', () => []],
    ['a Transfer to an unknown address', (wallet) => [aTransferLog(wallet, stranger, 5n)]],
    ['a Transfer from an unknown address', () => [aTransferLog(stranger, coldWallet, 5n)]],
    ['another contract’s Transfer', (wallet) => [aTransferLog(wallet, coldWallet, 5n, stranger)]],
    ['a Transfer of 0', (wallet) => [aTransferLog(wallet, coldWallet, 0n)]],
    [
      'a Transfer log without data',
      (wallet) => [{ ...aTransferLog(wallet, coldWallet, 5n), data: '0x' as const }],
    ],
  ]
  it.each(wrong)(
    'asks for attention with token-refused after status 1 with %s',
    async (_, logsOf) => {
      const { emits, sweep, request, row, outcome, wallet, sweeps } = await swept()
      emits(...logsOf(wallet))
      expect(await sweep(request)).toMatchObject({ kind: 'attention', reason: 'token-refused' })
      expect(row()).toMatchObject({ state: 'needs-attention', reason: 'token-refused' })
      expect(await outcome()).toBeNull()
      expect(sweeps.calls).not.toContain('saveOutcome')
    },
  )

  it.each([
    ['0', 0n, true],
    ['7 wei', 7n, false],
  ])(
    'records value and fee of a native sweep that leaves a balance of %s',
    async (_, left, emptied) => {
      const { sweep, request, outcome, fake, wallet, mined } = await swept(true)
      fake.setBalance(wallet, left)
      const reserve = (21_000n * 5n * gwei) / 2n
      expect(await sweep(request)).toMatchObject({ kind: 'swept', amount: '0.9999475 ETH' })
      expect(await outcome()).toMatchObject({
        txHash: mined.hash,
        arrivedAmount: ether - reserve,
        leftAmount: ether - reserve + 21_000n * gwei,
        coverableAmount: ether,
        emptied,
      })
    },
  )

  it('records the value of the mined attempt of a native sweep, not of the first attempt (MONEY 9)', async () => {
    const { sweep, request, outcome, lanes, mined, sweepTransaction } = await swept(true)
    const signed = sweepTransaction()
    const [first] = signed?.attempts ?? []
    if (!signed || !first) throw new Error('nothing was signed')
    const lowered = first.valueWei - 21_000n * gwei
    const bump = { ...first, number: 2, valueWei: lowered, maxFeeWei: first.maxFeeWei + gwei }
    const before = { ...first, hash: aHash() }
    lanes.put({ ...signed, attempts: [before, bump], mined })
    expect(await sweep(request)).toMatchObject({ kind: 'swept' })
    expect(await outcome()).toMatchObject({
      arrivedAmount: lowered,
      leftAmount: lowered + 21_000n * gwei,
      coverableAmount: ether,
    })
  })

  it.each([
    ['has confirmed no block', null],
    ['is one block behind the sweep', 10n],
  ])(
    'waits for a scanner that %s, because coverage needs all deposits before the sweep (MONEY 11)',
    async (_, height) => {
      const { emits, sweep, request, sweeps, wallet } = await swept()
      emits(aTransferLog(wallet, coldWallet, 5_000_000n))
      sweeps.confirmed = height
      expect(await failureOf(sweep(request))).toMatchObject({ type: 'NotYet' })
      sweeps.confirmed = 11n
      expect(await sweep(request)).toMatchObject({ kind: 'swept' })
    },
  )

  it('waits for a node that lacks the sweep’s block', async () => {
    const { sweep, request, fake } = await swept()
    fake.rollBack(1)
    expect(await failureOf(sweep(request))).toMatchObject({ type: 'NotYet' })
  })

  it('closes the sweep and covers the deposit once, and plans again if the sweep step is repeated', async () => {
    const { emits, leave, sweep, recordSweep, request, row, wallet } = await swept()
    emits(aTransferLog(wallet, coldWallet, 5_000_000n))
    leave(0n)
    await sweep(request)
    const done = { kind: 'finished', state: 'done', reason: '' }
    expect(await recordSweep(request)).toEqual(done)
    expect(row()).toMatchObject({ state: 'done', covered: true })
    expect(await recordSweep(request)).toEqual(done)
    expect(await sweep(request)).toMatchObject({ kind: 'replan' })
  })

  it('plans again if the sweep covers no deposit', async () => {
    const { sweeps, recordSweep, request, row } = await swept()
    sweeps.close = async () => 0
    expect(await recordSweep(request)).toMatchObject({ kind: 'replan' })
    expect(row()?.covered).toBe(false)
  })
})
