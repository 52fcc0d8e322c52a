import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { connectTemporal, type Temporal } from '../../../adapters/temporal/connect-temporal.ts'
import { prepareNamespace } from '../../../adapters/temporal/prepare-namespace.ts'
import { createSweepRuns } from '../../../adapters/temporal/sweep-runs.ts'
import { startFactsOf } from '../../../adapters/temporal/sweep-start.ts'
import type { SweepRuns } from '../../../domain/deposits/sweep-runs.ts'
import type { WorkMessage } from '../../../domain/outbox/event.ts'
import { scheduleIds, sweepWorkflowId } from '../../../workflows/contract.ts'
import { aWorkMessage } from '../../harness/factories/a-work-message.ts'
import { type OwnProxy, ownProxy } from '../../harness/proxies/own-proxy.ts'
import { type OwnNamespace, ownNamespace } from '../../harness/services/own-namespace.ts'
import { eventually } from '../../harness/waiting/eventually.ts'

const schedules = {
  chainIds: [31337, 56],
  keeperWatchMs: 3_600_000,
  adoptMs: 3_600_000,
  reconcileMs: 3_600_000,
}

describe('createSweepRuns, which starts and wakes workflows in Temporal', () => {
  let own: OwnNamespace
  let line: OwnProxy
  let temporal: Temporal
  let runs: SweepRuns
  beforeAll(async () => {
    own = await ownNamespace()
    const { address, namespace } = own
    const direct = connectTemporal({ address, namespace })
    await prepareNamespace(direct, schedules)
    await direct.close()
  })
  afterAll(() => own?.drop())
  beforeEach(async () => {
    const [host = '', port] = own.address.split(':')
    line = await ownProxy(host, Number(port))
    temporal = connectTemporal({ address: `127.0.0.1:${line.port}`, namespace: own.namespace })
    const chain = { name: 'bsc', blockTimeMs: 750 }
    const timers = { gasWaitSeconds: 0.5, waitRecheckSeconds: 2, attentionAfterSeconds: 3 }
    runs = createSweepRuns(temporal, new Map([[31337, startFactsOf(chain, timers)]]))
  })
  afterEach(async () => {
    await temporal.close()
    await line.close()
  })

  const handleOf = ({ depositId }: WorkMessage) =>
    own.client.workflow.getHandle(sweepWorkflowId(depositId))
  async function startedAttributes(message: WorkMessage) {
    const { events } = await handleOf(message).fetchHistory()
    return events?.[0]?.workflowExecutionStartedEventAttributes
  }
  const unreachable = { name: 'TemporalUnreachable' }

  it('starts the run of a token deposit with input, search attributes, summary and details', async () => {
    const message = aWorkMessage({ wallet: `0x${'8ba1f109551bD432803012645Ac136ddd64DBA72'}` })
    await runs.start(message)
    const described = await handleOf(message).describe()
    expect(described.type).toBe('tokenSweep')
    expect(described.taskQueue).toBe('coldsweep')
    expect(described.searchAttributes).toEqual({
      SweepState: ['sweeping'],
      ChainId: ['31337'],
      Asset: ['USDT'],
      Wallet: ['0x8ba1f109551bD432803012645Ac136ddd64DBA72'],
    })
    expect(await described.staticSummary()).toBe('1.5 USDT from 0x8ba1…BA72 on bsc')
    expect(await described.staticDetails()).toContain(message.depositId)
    const started = await startedAttributes(message)
    const input = JSON.parse(Buffer.from(started?.input?.payloads?.[0]?.data ?? []).toString())
    expect(input).toEqual({
      depositId: message.depositId,
      chainId: 31337,
      chainName: 'bsc',
      asset: 'USDT',
      decimals: 18,
      amount: '1500000000000000000',
      wallet: '0x8ba1f109551bD432803012645Ac136ddd64DBA72',
      timers: { gasWaitMs: 500, recheckMs: 2_000, attentionAfterMs: 3_000, notYetMs: 750 },
    })
    for (const limit of [started?.workflowExecutionTimeout, started?.workflowRunTimeout]) {
      expect(Number(limit?.seconds ?? 0)).toBe(0)
    }
  })

  it('starts the run of a native deposit with the workflow type nativeSweep', async () => {
    const message = aWorkMessage({ kind: 'native' })
    await runs.start(message)
    expect((await handleOf(message).describe()).type).toBe('nativeSweep')
  })

  it('keeps the existing run if the workflow is started again, also concurrently', async () => {
    const message = aWorkMessage()
    await runs.start(message)
    const { runId } = await handleOf(message).describe()
    await Promise.all([runs.start(message), runs.start(message)])
    expect((await handleOf(message).describe()).runId).toBe(runId)
  })

  it('starts another run after a run was terminated, so the workflow id alone does not prevent a second run', async () => {
    const message = aWorkMessage()
    await runs.start(message)
    const { runId } = await handleOf(message).describe()
    await handleOf(message).terminate()
    await runs.start(message)
    expect((await handleOf(message).describe()).runId).not.toBe(runId)
  })

  it('refuses a chain that is not configured', async () => {
    const started = runs.start(aWorkMessage({ chainId: 1 }))
    await expect(started).rejects.toMatchObject({
      name: 'BadInput',
      message: expect.stringMatching(/chain 1 /),
    })
  })

  it('wake returns true for a running workflow, and false for an unknown or closed workflow', async () => {
    const message = aWorkMessage()
    const id = sweepWorkflowId(message.depositId)
    expect(await runs.wake(id, { kind: 'laneFree' })).toBe(false)
    await runs.start(message)
    expect(await runs.wake(id, { kind: 'gasMined', transactionKey: 's:gas:1' })).toBe(true)
    expect(await runs.wake(id, { kind: 'keeperRefilled' })).toBe(true)
    const { events } = await handleOf(message).fetchHistory()
    const signals = events?.flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
      signal
        ? [[signal.signalName, ...(signal.input?.payloads ?? []).map(({ data }) => String(data))]]
        : [],
    )
    expect(signals).toEqual([['gasMined', '{"transactionKey":"s:gas:1"}'], ['keeperRefilled']])
    await handleOf(message).terminate()
    expect(await runs.wake(id, { kind: 'laneFree' })).toBe(false)
  })

  it('throws TemporalUnreachable while Temporal is down, and works again afterwards', async () => {
    expect(await runs.reachable()).toBe(true)
    line.cut()
    expect(await runs.reachable()).toBe(false)
    await expect(runs.start(aWorkMessage())).rejects.toMatchObject(unreachable)
    const woken = runs.wake('sweep-x', { kind: 'laneFree' })
    await expect(woken).rejects.toMatchObject(unreachable)
    line.restore()
    await eventually(runs.reachable, (reachable) => reachable)
    await runs.start(aWorkMessage())
  })

  it('throws TemporalUnreachable after a time limit if Temporal is silent', async () => {
    expect(await runs.reachable()).toBe(true)
    line.freeze()
    await expect(runs.start(aWorkMessage())).rejects.toMatchObject(unreachable)
  })

  it('throws TemporalRefused with the name of the namespace if the namespace is missing', async () => {
    const namespace = `missing-${randomBytes(4).toString('hex')}`
    const lost = connectTemporal({ address: own.address, namespace })
    const noRuns = createSweepRuns(
      lost,
      new Map([[31337, { chainName: 'x', timers: {} as never }]]),
    )
    expect(await noRuns.reachable()).toBe(false)
    const started = noRuns.start(aWorkMessage())
    await expect(started).rejects.toMatchObject({
      name: 'TemporalRefused',
      message: expect.stringContaining(namespace),
    })
    await expect(noRuns.wake('sweep-x', { kind: 'laneFree' })).rejects.toMatchObject({
      name: 'TemporalRefused',
    })
    await lost.close()
  })

  it('opens no connection before the first request', async () => {
    const away = connectTemporal({ address: '127.0.0.1:1', namespace: 'x' })
    expect(await createSweepRuns(away, new Map()).reachable()).toBe(false)
    await away.close()
  })

  describe('prepareNamespace', () => {
    it('creates a namespace with seven days of retention, search attributes and schedules', async () => {
      const { namespace } = own
      const { workflowService, operatorService } = own.client.connection
      const { config } = await workflowService.describeNamespace({ namespace })
      expect(Number(config?.workflowExecutionRetentionTtl?.seconds)).toBe(7 * 86_400)
      const { customAttributes } = await operatorService.listSearchAttributes({ namespace })
      expect(Object.keys(customAttributes ?? {})).toEqual(
        expect.arrayContaining(['SweepState', 'ChainId', 'Asset', 'Wallet']),
      )
      const watch = await own.client.schedule.getHandle(scheduleIds.keeperWatch(56)).describe()
      expect(watch.spec.intervals).toEqual([expect.objectContaining({ every: 3_600_000 })])
      expect(watch.policies.overlap).toBe('SKIP')
      expect(watch.action).toMatchObject({ workflowType: 'keeperWatch', args: [56] })
      const adopt = await own.client.schedule.getHandle(scheduleIds.adopt).describe()
      expect(adopt.action).toMatchObject({ workflowType: 'adopt', taskQueue: 'coldsweep' })
      const books = await own.client.schedule.getHandle(scheduleIds.reconcile(56)).describe()
      expect(books.action).toMatchObject({ workflowType: 'reconcile', args: [56] })
    })

    it('updates only the schedules when it is called again, also concurrently', async () => {
      const again = () => prepareNamespace(temporal, { ...schedules, keeperWatchMs: 1_800_000 })
      const [first] = await Promise.all([again(), again()])
      expect(first).toMatchObject({ namespaceCreated: false, searchAttributesAdded: [] })
      const watch = await own.client.schedule.getHandle(scheduleIds.keeperWatch(56)).describe()
      expect(watch.spec.intervals).toEqual([expect.objectContaining({ every: 1_800_000 })])
    })

    it('does not resume a schedule that an operator has paused', async () => {
      const handle = own.client.schedule.getHandle(scheduleIds.adopt)
      await handle.pause('by hand')
      await prepareNamespace(temporal, schedules)
      expect((await handle.describe()).state).toMatchObject({ paused: true, note: 'by hand' })
      await handle.unpause()
    })

    it('rejects with the attribute’s name and a fix if a search attribute has another type', async () => {
      const other = await ownNamespace()
      const { namespace } = other
      const { workflowService, operatorService } = other.client.connection
      await workflowService.registerNamespace({
        namespace,
        workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
      })
      const text = 1
      await eventually(
        () =>
          operatorService
            .addSearchAttributes({ namespace, searchAttributes: { Asset: text } })
            .then(
              () => true,
              () => false,
            ),
        (added) => added,
      )
      const client = connectTemporal({ address: other.address, namespace })
      await expect(prepareNamespace(client, schedules)).rejects.toMatchObject({
        name: 'TemporalRefused',
        message: /Asset; remove them with/,
      })
      await client.close()
      await other.drop()
    })

    it('throws TemporalUnreachable if Temporal is unreachable', async () => {
      line.cut()
      const prepared = prepareNamespace(temporal, schedules)
      await expect(prepared).rejects.toMatchObject({ name: 'TemporalUnreachable' })
    })
  })
})
