import { getAddress } from 'viem/utils'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Deposit } from '../../domain/deposits/deposit.ts'
import { DatabaseUnreachable, TemporalRefused, TemporalUnreachable } from '../../domain/errors.ts'
import type { WorkMessage } from '../../domain/outbox/event.ts'
import type { Loop } from '../../runtime/loop.ts'
import { createIntake } from '../../workers/intake.ts'
import { aChain } from '../harness/factories/a-chain.ts'
import { aDeposit } from '../harness/factories/a-deposit.ts'
import { type HandFedConsumer, handFedConsumer } from '../harness/fakes/hand-fed-consumer.ts'
import { recordingLog } from '../harness/fakes/recording-log.ts'
import { recordingMetrics } from '../harness/fakes/recording-metrics.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { runLoop } from '../harness/waiting/run-loop.ts'

const both = ['Gas_Collection', 'Regular_Transactions']

describe('the intake', () => {
  let consumer: HandFedConsumer
  let rows: Map<string, Deposit>
  let started: string[]
  let settled: Set<string>
  let temporal: { reachable: boolean; refuse?: Error | undefined; starts: number; probes: number }
  let database: { away: boolean }
  let intake: Loop
  let log: ReturnType<typeof recordingLog>
  let stop: () => Promise<void>
  beforeEach(() => {
    consumer = handFedConsumer()
    rows = new Map()
    started = []
    settled = new Set()
    temporal = { reachable: true, starts: 0, probes: 0 }
    database = { away: false }
    log = recordingLog()
    intake = createIntake({
      consumer,
      deposits: {
        async find(id) {
          if (database.away) throw new DatabaseUnreachable('the database could not be reached')
          return rows.get(id)
        },
      },
      runs: {
        async start({ depositId }) {
          temporal.starts += 1
          if (temporal.refuse) throw temporal.refuse
          if (!temporal.reachable) throw new TemporalUnreachable('Temporal could not be reached')
          started.push(depositId)
        },
        async reachable() {
          temporal.probes += 1
          return temporal.reachable
        },
      },
      chains: [aChain()],
      settle: async ({ id }) => settled.has(id),
      log,
      metrics: recordingMetrics(),
      askAgainMs: 10,
    })
    stop = runLoop(intake)
  })
  afterEach(async () => {
    await stop()
    expect(consumer.consumed()).toEqual([])
  })

  function known(more: Partial<Deposit> = {}): WorkMessage {
    const deposit = aDeposit(more)
    rows.set(deposit.id, deposit)
    const native = deposit.asset === 'native'
    return {
      v: 1,
      depositId: deposit.id,
      chainId: deposit.chainId,
      asset: native ? 'ETH' : 'USDT',
      kind: native ? 'native' : 'token',
      wallet: getAddress(deposit.wallet),
      amount: deposit.amount.toString(),
      decimals: native ? 18 : 6,
    }
  }
  const feed = (message: WorkMessage) => consumer.feed('Gas_Collection', message)

  it('starts the run of a confirmed deposit, and then acks the message', async () => {
    const token = known()
    const native = known({ asset: 'native' })
    expect(await feed(token)).toEqual({ kind: 'ack' })
    expect(await consumer.feed('Regular_Transactions', native)).toEqual({ kind: 'ack' })
    expect(started).toEqual([token.depositId, native.depositId])
  })

  it('repeats the start when a message is delivered again, because Temporal keeps an existing run', async () => {
    const message = known({ state: 'sweeping', reason: '' })
    await feed(message)
    expect(await feed(message)).toEqual({ kind: 'ack' })
    expect(started).toHaveLength(2)
  })

  it.each(['done', 'ignored', 'orphaned'] as const)(
    'acks the message of a deposit that is %s, without a start',
    async (state) => {
      expect(await feed(known({ state }))).toEqual({ kind: 'ack' })
      expect(started).toEqual([])
    },
  )

  it('acks without a start if a reorg made the deposit unconfirmed (MONEY 21)', async () => {
    const message = known({ state: 'confirming', reason: '', confirmedAt: null })
    expect(await feed(message)).toEqual({ kind: 'ack' })
    expect(started).toEqual([])
  })

  it('acks without a start if the deposit is settled without a run (MONEY 15)', async () => {
    const message = known()
    settled.add(message.depositId)
    expect(await feed(message)).toEqual({ kind: 'ack' })
    expect(started).toEqual([])
  })

  it('fails a message whose deposit has no row', async () => {
    const message = known()
    rows.clear()
    expect(await feed(message)).toEqual({
      kind: 'fail',
      reason: `no deposit ${message.depositId} in the database`,
    })
  })

  it.each([
    ['amount', { amount: '1' }, 'amount is 1500000, not 1'],
    ['wallet', { wallet: getAddress(`0x${'22'.repeat(20)}`) }, /wallet is 0x1a1a.*, not 0x2222/],
    ['asset', { asset: 'DAI' }, 'asset is USDT, not DAI'],
    ['decimals', { decimals: 18 }, 'decimals is 6, not 18'],
    ['kind', { kind: 'native' as const }, 'kind is token, not native'],
    ['chain', { chainId: 1 }, 'chainId is 31337, not 1'],
  ])('fails a message whose %s differs from the row', async (_what, change, words) => {
    const verdict = await feed({ ...known(), ...change })
    expect(verdict).toMatchObject({ kind: 'fail', reason: expect.stringMatching(words) })
    expect(started).toEqual([])
  })

  it('starts the run of a deposit whose token is no longer listed', async () => {
    const message = { ...known({ asset: `0x${'71'.repeat(20)}` }), asset: 'OLD' }
    expect(await feed(message)).toEqual({ kind: 'ack' })
    expect(started).toHaveLength(1)
  })

  it('fails a message whose chain is not configured', async () => {
    const verdict = await feed(known({ chainId: 5 }))
    expect(verdict).toEqual({ kind: 'fail', reason: 'chain 5 is not in coldsweep.yaml' })
  })

  it('stops consuming and requeues messages while Temporal is down, and continues afterwards', async () => {
    const message = known()
    temporal.reachable = false
    expect(await feed(message)).toEqual({ kind: 'again' })
    await eventually(consumer.consumed, (queues) => queues.length === 0)
    expect(intake.problem()).toBe('Temporal could not be reached')
    const { starts } = temporal
    expect(await feed(message)).toEqual({ kind: 'again' })
    expect(temporal.starts).toBe(starts)
    await eventually(
      () => temporal.probes,
      (probes) => probes >= 3,
    )
    expect(consumer.consumed()).toEqual([])
    temporal.reachable = true
    await eventually(consumer.consumed, (queues) => queues.length === 2)
    expect(consumer.consumed()).toEqual(both)
    expect(intake.problem()).toBeUndefined()
    expect(await feed(message)).toEqual({ kind: 'ack' })
  })

  it('stops consuming while the database is down', async () => {
    const message = known()
    database.away = true
    expect(await feed(message)).toEqual({ kind: 'again' })
    await eventually(consumer.pauses, (pauses) => pauses === 2)
    database.away = false
    await eventually(consumer.consumed, (queues) => queues.length === 2)
    expect(await feed(message)).toEqual({ kind: 'ack' })
  })

  it('doubles the pause after each failed start, and returns to the shortest pause after a success', async () => {
    const message = known()
    temporal.refuse = new TemporalRefused('no mapping defined for search attribute SweepState')
    async function untilConsumedAgain() {
      const before = consumer.pauses()
      expect(await feed(message)).toEqual({ kind: 'again' })
      await eventually(consumer.pauses, (pauses) => pauses === before + 2)
      await eventually(consumer.consumed, (queues) => queues.length === 2)
    }
    const pauses = () =>
      log.lines.flatMap(({ fields }) => ('pauseMs' in fields ? [fields.pauseMs] : []))
    for (let round = 1; round <= 5; round += 1) await untilConsumedAgain()
    expect(pauses()).toEqual([10, 20, 40, 80, 160])
    temporal.refuse = undefined
    expect(await feed(message)).toEqual({ kind: 'ack' })
    temporal.refuse = new TemporalRefused('once more')
    await untilConsumedAgain()
    expect(pauses().at(-1)).toBe(10)
  })
})
