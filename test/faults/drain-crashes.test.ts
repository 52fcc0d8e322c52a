import { readFileSync, writeFileSync } from 'node:fs'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { drainCrashPoints } from '../harness/processes/crash-points.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { type FaultWorld, faultWorld, type Mortal } from '../harness/worlds/fault-world.ts'
import { noteFigures } from '../harness/worlds/faults-run.ts'

/**
 * Kills the worker with SIGKILL at every crash point of a drain. After a restart the retired
 * keeper's rest has gone to the new keeper exactly once, and the books balance.
 */
let world: FaultWorld
let worker: Mortal
const next = generatePrivateKey()
const heir = privateKeyToAccount(next).address
const keys = () => ({
  GAS_KEEPER_PRIVATE_KEY: next,
  RETIRED_KEEPER_PRIVATE_KEY: world.deployment.env['GAS_KEEPER_PRIVATE_KEY'],
})

beforeAll(async () => {
  world = await faultWorld()
  const { deployment } = world
  const scanner = world.mortal('scanner')
  scanner.start()
  // The books of the old keeper open before it retires.
  await eventually(
    () => deployment.sql`select 1 from keepers where opening_block is not null`,
    ({ length }) => length > 0,
  )
  await scanner.kill()
  const file = deployment.env['COLDSWEEP_CONFIG'] ?? ''
  const yaml = readFileSync(file, 'utf8')
  writeFileSync(file, yaml.replaceAll(deployment.keeper, heir))
  await deployment.devnet.pay(heir, '1')
  expect((await deployment.cli('migrate')).exitCode).toBe(0)
  scanner.start()
  worker = world.mortal('worker')
  worker.start(keys())
})
afterAll(async () => await world?.close())

const chainId = () => String(world.deployment.devnet.chainId)
const orders = () =>
  world.deployment.sql<{ id: string; outcome: string; transactions: number }[]>`
    select s.id, s.outcome, (select count(*)::int from transactions t where t.sweep_id = s.id) transactions
    from keeper_drains d join sweeps s on s.id = d.sweep_id where s.closed_at is not null
    order by d.ordered_at`

test.each(drainCrashPoints.map((point, index) => ({ name: point.name, index })))(
  'after a kill at "$name" the rest has gone to the new keeper once',
  async ({ name, index }) => {
    const { deployment } = world
    const { devnet, keeper } = deployment
    const figure = { what: 'crash point', name } as const
    if (index > 0) {
      const before =
        await deployment.sql`select 1 from keeper_refills where keeper = ${keeper.toLowerCase()}`
      await devnet.pay(keeper, '0.2')
      await eventually(
        () => deployment.sql`select 1 from keeper_refills where keeper = ${keeper.toLowerCase()}`,
        ({ length }) => length > before.length,
      )
    }
    worker.order({ point: name, nth: 1, delayMs: 1 })
    const argv = ['--chain', chainId(), '--keeper', keeper, '--to', 'keeper']
    const by = ['--operator', 'ann', '--reason', 'planned rotation']
    const ordered = await deployment.cli('keeper', 'drain', ...argv, ...by)
    expect(ordered).toMatchObject({ exitCode: 0 })
    await eventually(
      () => worker.process.exitCode,
      (code) => code !== undefined,
      120_000,
    )
    expect(worker.diedAtPoint()).toBe(true)
    worker.start(keys())
    const ended = await eventually(orders, ({ length }) => length === index + 1, 120_000)
    expect(ended.at(-1)).toMatchObject({ outcome: 'drained', transactions: 1 })
    expect(BigInt((await devnet.request('eth_getBalance', [keeper, 'latest'])) as string)).toBe(0n)
    const nonce = await devnet.request('eth_getTransactionCount', [keeper, 'latest'])
    expect(Number(nonce)).toBe(index + 1)
    noteFigures({ ...figure, wrong: [] })
  },
  300_000,
)

test('the books balance after all drains', async () => {
  const { deployment } = world
  const now = Number(await deployment.devnet.request('eth_blockNumber'))
  const report = await eventually(
    async () => {
      const { exitCode, stdout } = await deployment.cli('reconcile', '--json')
      return { exitCode, ...JSON.parse(stdout).data?.[0] }
    },
    ({ block }) => block?.number >= now,
  )
  expect(report).toMatchObject({ exitCode: 0, balanced: true, differences: [] })
})
