import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import { collectEvents } from '../harness/services/collect-events.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { reaches, rowsOf } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'
import { reorgBench } from '../harness/worlds/reorg-bench.ts'

/**
 * Reorgs below the final height that remove ended sweeps, one after another on one chain
 * (MONEY 21).
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
    timers: { adoptAfterSeconds: 4 },
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

async function swept(): Promise<{ address: string; hash: `0x${string}`; id: string }> {
  const { address } = await d.addWallet()
  const hash = await d.devnet.payToken(bench.token(), address, five)
  const { id } = await reach(hash, 'done')
  await bench.expectOneSweep(address)
  return { address, hash, id }
}

/** Sweeps one more deposit. A keeper with a gap in its nonces would never fund this sweep. */
async function expectTheNextIsSwept() {
  const before = await bench.cold()
  await swept()
  expect((await bench.cold()) - before).toBe(five)
}

async function expectBalanced() {
  const said = await eventually(
    () => d.cli('reconcile', '--json'),
    ({ exitCode }) => exitCode === 0,
    limit,
  ).catch(async () => await d.cli('reconcile', '--json'))
  expect(JSON.parse(said.stdout)).toMatchObject({ ok: true })
}

test(
  'a done deposit that a reorg removes and re-includes is un-credited, and the same signed bytes make it done again',
  async () => {
    const before = await bench.cold()
    const { address, hash, id } = await swept()
    const signed = await bench.signedFor(address)
    const raw = await bench.rawOf(hash)
    expect(await bench.reorgFrom(await bench.heightOf(hash), [raw])).toBeGreaterThan(2)
    await eventually(
      () => bench.told(id),
      (types) => types.includes('deposit.orphaned') && types.at(-1) === 'sweep.done',
      limit,
    )
    expect(bench.told(id)).toEqual([
      ...['deposit.detected', 'deposit.confirmed', 'sweep.done', 'deposit.orphaned'],
      ...['deposit.detected', 'deposit.confirmed', 'sweep.done'],
    ])
    expect((await rowsOf(d, hash)).map((row) => [row.id, row.state])).toEqual([[id, 'done']])
    await bench.expectOneSweep(address)
    const hashesOf = (all: typeof signed) => all.map(({ hashes }) => hashes[0])
    expect(hashesOf(await bench.signedFor(address))).toEqual(hashesOf(signed))
    expect((await bench.cold()) - before).toBe(five)
    const log = readFileSync(scanner.logFile, 'utf8')
    expect(log).toContain('swept deposits were orphaned')
    expect(log).toContain('reorg below the final height')
    await expectTheNextIsSwept()
    await expectBalanced()
  },
  limit,
)

test(
  'a done deposit that a reorg removes is un-credited, and a second sweep moves it after the payment is mined again',
  async () => {
    const before = await bench.cold()
    const { address, hash, id } = await swept()
    const raw = await bench.rawOf(hash)
    await bench.reorgFrom(await bench.heightOf(hash))
    await reach(hash, 'orphaned')
    // The gas transaction is mined again. The sweep reverts, because the wallet has no tokens.
    await eventually(
      async () => (await bench.signedFor(address)).map(({ step, state }) => `${step} ${state}`),
      (steps) => steps.join() === 'gas succeeded,sweep reverted',
      limit,
    )
    expect((await bench.cold()) - before).toBe(0n)
    await d.devnet.request('eth_sendRawTransaction', [raw])
    await reach(hash, 'done')
    expect((await bench.cold()) - before).toBe(five)
    expect(await d.devnet.tokenOf(bench.token(), address as `0x${string}`)).toBe(0n)
    await eventually(
      () => bench.told(id).at(-1),
      (type) => type === 'sweep.done',
      limit,
    )
    await expectTheNextIsSwept()
    await expectBalanced()
  },
  limit,
)

test(
  'a deposit stays done if a reorg removes only its sweep, and the dropped transactions are broadcast again',
  async () => {
    const before = await bench.cold()
    const { address, hash } = await swept()
    const sweep = async () => (await bench.signedFor(address))[1]
    const old = await sweep()
    await d.devnet.request('anvil_mine', ['0x3'])
    await bench.reorgFrom(await bench.heightOf(old?.minedHash ?? ''))
    await eventually(
      sweep,
      (now) => now?.state === 'succeeded' && now.minedIn !== old?.minedIn,
      limit,
    )
    expect((await rowsOf(d, hash))[0]?.state).toBe('done')
    await bench.expectOneSweep(address)
    expect((await bench.cold()) - before).toBe(five)
    await expectTheNextIsSwept()
    await expectBalanced()
  },
  limit,
)
