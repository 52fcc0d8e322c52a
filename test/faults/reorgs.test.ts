import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import { sweepWorkflowId } from '../../workflows/contract.ts'
import { collectEvents } from '../harness/services/collect-events.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { reaches, rowsOf } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'
import { reorgBench } from '../harness/worlds/reorg-bench.ts'

/**
 * Reorgs in a full deployment, at each stage of a deposit, one after another on one chain (MONEY 5,
 * 21).
 */
let d: OwnDeployment
let scanner: StartedProcess
let worker: StartedProcess
let bus: Awaited<ReturnType<typeof collectEvents>>
let bench: ReturnType<typeof reorgBench>
const limit = 300_000
const five = 5n * 10n ** 18n
const reach = (hash: string, state: string) =>
  reaches(d, hash, state, { processes: [scanner, worker], limitMs: limit })

beforeAll(async () => {
  d = await ownDeployment({
    // The keeper cannot pay for a transaction until it is refilled.
    keeperEther: 0.00001,
    alertBelow: '0.1',
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
  })
  bus = await collectEvents(d.env)
  bench = reorgBench(d, bus)
  scanner = d.start('scanner')
  worker = d.start('worker')
}, limit)
afterAll(async () => {
  await bus?.close()
  await d?.close()
})

test(
  'a reorg before funding un-credits the deposit and ends its run; the deposit is swept once after it is mined again',
  async () => {
    const { address } = await d.addWallet()
    const before = await bench.cold()
    const hash = await d.devnet.payToken(bench.token(), address, five)
    const { id } = await reach(hash, 'waiting(keeper-low)')
    const raw = await bench.rawOf(hash)
    await bench.reorgFrom(await bench.heightOf(hash))
    await reach(hash, 'orphaned')
    const run = d.client.workflow.getHandle(sweepWorkflowId(id))
    expect(await run.result()).toBe('orphaned')
    await d.devnet.setEther(d.keeper, 5)
    await d.devnet.request('anvil_mine', ['0x5'])
    expect(await bench.signedFor(address)).toEqual([])
    await d.devnet.request('eth_sendRawTransaction', [raw])
    await reach(hash, 'done')
    await bench.expectOneSweep(address)
    expect((await rowsOf(d, hash)).map((row) => row.id)).toEqual([id])
    expect((await bench.cold()) - before).toBe(five)
    await eventually(
      () => bench.told(id),
      (types) => types.at(-1) === 'sweep.done',
      limit,
    )
    expect(bench.told(id)).toEqual([
      'deposit.detected',
      'deposit.confirmed',
      'deposit.orphaned',
      'deposit.detected',
      'deposit.confirmed',
      'sweep.done',
    ])
  },
  limit,
)

test(
  'a gas transaction that a reorg removes is broadcast again with the same bytes',
  async () => {
    const { address } = await d.addWallet()
    const before = await bench.cold()
    const hash = await d.devnet.payToken(bench.token(), address, five)
    const gas = await bench.minedOf(address, 'gas')
    await bench.reorgFrom(await bench.heightOf(gas))
    await reach(hash, 'done')
    await bench.expectOneSweep(address)
    expect((await bench.cold()) - before).toBe(five)
  },
  limit,
)

test(
  'a mined token sweep that a reorg removes is broadcast again with the same bytes',
  async () => {
    const { address } = await d.addWallet()
    const before = await bench.cold()
    const hash = await d.devnet.payToken(bench.token(), address, five)
    const sweep = await bench.minedOf(address, 'sweep')
    await bench.reorgFrom(await bench.heightOf(sweep))
    await reach(hash, 'done')
    await bench.expectOneSweep(address)
    expect((await bench.cold()) - before).toBe(five)
  },
  limit,
)

test(
  'a deposit that moves to another block while its sweep is in flight is one deposit, swept once',
  async () => {
    const { address } = await d.addWallet()
    const before = await bench.cold()
    const hash = await d.devnet.payToken(bench.token(), address, five)
    await bench.minedOf(address, 'gas')
    const raw = await bench.rawOf(hash)
    await bench.reorgFrom(await bench.heightOf(hash), [raw])
    await reach(hash, 'done')
    expect((await rowsOf(d, hash)).length).toBe(1)
    await bench.expectOneSweep(address)
    expect((await bench.cold()) - before).toBe(five)
  },
  limit,
)

test(
  'a mined native sweep that a reorg removes is broadcast again with the same bytes and empties the wallet',
  async () => {
    const { address } = await d.addWallet()
    const hash = await d.devnet.pay(address, '0.4')
    const sweep = await bench.minedOf(address, 'sweep')
    await bench.reorgFrom(await bench.heightOf(sweep))
    await reach(hash, 'done')
    const signed = await bench.signedFor(address)
    expect(signed.map(({ step, state }) => [step, state])).toEqual([['sweep', 'succeeded']])
    expect(signed[0]?.hashes).toContain(signed[0]?.minedHash)
    expect(await d.devnet.etherOf(address)).toBe(0n)
  },
  limit,
)
