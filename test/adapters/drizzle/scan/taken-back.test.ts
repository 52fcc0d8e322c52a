import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createScanStore } from '../../../../adapters/drizzle/scan/scan-store.ts'
import type { Hash } from '../../../../domain/address.ts'
import type { Transaction } from '../../../../domain/lanes/transaction.ts'
import { aMoneyChain } from '../../../harness/benches/a-money-chain.ts'
import { laneBench } from '../../../harness/benches/lane-bench.ts'
import { minute, type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { confirmUpTo } from '../../../harness/benches/scan-store-bench.ts'
import { ether } from '../../../harness/factories/a-chain.ts'
import { cursorHash } from '../../../harness/services/cursor-hash.ts'

describe('finished sweeps after a reorg below the final height (MONEY 21)', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  /**
   * Signs and mines a native sweep, and stores its outcome. Unless `closed` is false, closes the
   * sweep too, so its deposit is done. Then a reorg drops the blocks of the sweep.
   */
  async function doneAndLost({ closed = true, depositBlock = 1 } = {}) {
    const chain = aMoneyChain()
    const bench = { chain, ...laneBench(ledger, chain) }
    const sweep = await bench.aSweep()
    chain.fake.setBalance(sweep.wallet, ether)
    const transaction = await bench.sent(bench.native(sweep))
    const fork = await chain.fake.head()
    chain.fake.mineMany(3)
    await bench.track()
    const { mined } = await bench.now(transaction)
    const outcome = { leftAmount: ether, arrivedAmount: 1n, coverableAmount: ether, emptied: true }
    await ledger.sweeps.saveOutcome(sweep.sweepId, {
      ...outcome,
      txHash: mined?.hash as Hash,
      blockNumber: mined?.blockNumber ?? 0n,
      txIndex: 0,
      remainingAmount: 0n,
      logOrder: null,
      creditsBefore: null,
      gasSpentWei: 0n,
    })
    const { id } = chain.chain
    await ledger.sql`
      update deposits set block_number = ${depositBlock} where sweep_id = ${sweep.sweepId}`
    if (closed) expect(await ledger.sweeps.close(sweep.sweepId)).toBe(1)
    chain.fake.rollBack(3)
    chain.fake.mineMany(3)
    await ledger.sql`update scan_cursors set final_height = ${String(fork.number + 3n)} where chain_id = ${id}`
    const store = createScanStore(ledger.db, [chain.chain])
    const rewound = await store.rewind(
      id,
      { height: fork.number, hash: fork.hash },
      await cursorHash(ledger.sql, id),
    )
    // Simulates a scanner that has read the new branch far enough for every later check.
    await ledger.sql`
      update scan_cursors set height = ${10 ** 12}, final_height = null where chain_id = ${id}`
    return { ...bench, sweep, transaction, rewound }
  }

  const depositOf = async (sweepId: string) => {
    const [row] = await ledger.sql`
      select d.id, d.state, d.reason, d.covered from deposits d join sweeps s using (chain_id, wallet)
      where s.id = ${sweepId}`
    return row
  }
  const sentSince = async (bench: Awaited<ReturnType<typeof doneAndLost>>) => {
    const before = bench.chain.fake.sent.length
    await bench.track()
    return bench.chain.fake.sent.slice(before)
  }
  const rawOf = ({ attempts }: Transaction) => attempts[0]?.raw

  it('are rebroadcast with the same bytes, and recorded with their new block', async () => {
    const bench = await doneAndLost()
    const { sweep, transaction, chain, rewound } = bench
    expect(rewound).toMatchObject({ orphaned: [], liveAgain: [transaction.key] })
    expect(await sentSince(bench)).toEqual([rawOf(transaction)])
    chain.fake.mineMany(3)
    await bench.track()
    const { state, mined } = await bench.now(transaction)
    expect(state).toBe('succeeded')
    const { outcome } = (await ledger.sweeps.find(sweep.sweepId)) ?? {}
    expect(outcome).toMatchObject({
      txHash: transaction.attempts[0]?.hash,
      blockNumber: mined?.blockNumber,
    })
    expect(await depositOf(sweep.sweepId)).toMatchObject({ state: 'done', covered: true })
    expect(await bench.laneHolder(sweep.wallet)).toBeNull()
  })

  it('keep their wallet’s lane until they are final again, so that no other sweep spends gas meanwhile', async () => {
    const bench = await doneAndLost()
    const { sweep, chain } = bench
    const { id: chainId } = chain.chain
    const deposit = await ledger.put({ chainId, wallet: sweep.wallet, asset: 'native' })
    const claim = () => ledger.sweeps.claim(deposit, 'run-2', minute, 0n)
    expect(await claim()).toEqual({ kind: 'lane-held', sweepId: sweep.sweepId })
    await ledger.sweeps.setState({
      ...{ depositId: deposit.id, state: 'waiting', detail: '' },
      reason: `wallet-lane ${sweep.sweepId}`,
    })
    const woken = async () =>
      (await ledger.lanes.dueWakeUps(chainId, 16)).filter(({ workflowId }) =>
        workflowId.includes(deposit.txHash),
      )
    expect(await woken()).toEqual([])
    await bench.track()
    chain.fake.mineMany(3)
    await bench.track()
    expect((await woken()).length).toBe(1)
    expect((await claim()).kind).toBe('mine')
  })

  it('lose their coverage with an alarm if they revert in the new block, and their deposits are queued again', async () => {
    const bench = await doneAndLost()
    const { sweep, transaction, chain, log } = bench
    await bench.track()
    chain.fake.mine({ failing: transaction.attempts.map(({ hash }) => hash) })
    chain.fake.mineMany(2)
    await bench.track()
    expect((await bench.now(transaction)).state).toBe('reverted')
    const deposit = await depositOf(sweep.sweepId)
    expect(deposit).toMatchObject({ state: 'waiting', reason: 'queued', covered: false })
    const alarm = log.lines.find(({ level }) => level === 'error')
    expect(alarm?.message).toContain('finished sweep was reorged out')
    const events = await ledger.sql`
      select body from outbox where route = 'sweep.waiting' and body->>'depositId' = ${deposit?.['id']}`
    expect(events.length).toBe(1)
    const again = await ledger.read(deposit?.['id'])
    expect((await ledger.sweeps.claim(again, 'run-2', minute, 0n)).kind).toBe('mine')
  })

  it('cover no deposit if the reorg comes between the stored outcome and the close', async () => {
    const bench = await doneAndLost({ closed: false })
    const { sweep, transaction, chain } = bench
    expect(await ledger.sweeps.close(sweep.sweepId)).toBe(0)
    await bench.track()
    chain.fake.mine({ failing: transaction.attempts.map(({ hash }) => hash) })
    chain.fake.mineMany(2)
    await bench.track()
    expect(await ledger.sweeps.close(sweep.sweepId)).toBe(0)
    expect((await depositOf(sweep.sweepId))?.['state']).not.toBe('done')
  })

  it('do not let a run overwrite the state of a deposit that is in a new block but unconfirmed', async () => {
    const bench = await doneAndLost({ closed: false, depositBlock: 12 })
    const { sweep, chain, rewound } = bench
    const { id: chainId } = chain.chain
    const [id = ''] = rewound.orphaned
    await ledger.sql`
      update deposits set state = 'confirming', sweep_id = null, confirmed_at = null where id = ${id}`
    const change = { depositId: id, reason: '', detail: '' }
    await ledger.sweeps.setState({ ...change, state: 'confirming-sweep' })
    await ledger.sweeps.releaseSweep(sweep.sweepId, 'run-native', {
      ...change,
      state: 'needs-attention',
    })
    expect((await ledger.read(id)).state).toBe('confirming')
    const store = createScanStore(ledger.db, [chain.chain])
    expect(await confirmUpTo(store, 12n, undefined, chainId)).toBe(1)
    expect(await ledger.read(id)).toMatchObject({ state: 'waiting', reason: 'queued' })
  })
})
