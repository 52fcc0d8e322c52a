import { parseEther } from 'viem'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import { collectEvents } from '../harness/services/collect-events.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { reaches } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/** MONEY 25 in a full deployment that comes with existing balances. */
let d: OwnDeployment
let processes: StartedProcess[]
const order = ['--operator', 'ann', '--reason', 'existing balances']
const units = (amount: number) => BigInt(amount) * 10n ** 18n
const opening = (id: string) => id.includes(':opening-')

interface Adopted {
  readonly adopted: { depositId: string; wallet: string; symbol: string; amount: string }[]
  readonly skipped: unknown[]
}
async function adopt(...args: string[]): Promise<Adopted & { code: number }> {
  const chain = ['--chain', String(d.devnet.chainId)]
  const { exitCode, stdout, stderr } = await d.cli(
    ...['adopt-balance', ...chain, ...args, ...order, '--json'],
  )
  const { data } = JSON.parse(stdout) as { data: Adopted }
  if (!data) throw new Error(`${stdout}\n${stderr}`)
  return { ...data, code: exitCode }
}
async function settled() {
  const now = Number(await d.devnet.request('eth_blockNumber'))
  return await eventually(
    async () => {
      const { stdout } = await d.cli('reconcile', '--json')
      const [report] = JSON.parse(stdout).data ?? []
      return report as { block: { number: number }; differences: { kind: string }[] }
    },
    ({ block }) => block.number >= now,
  )
}
const openings = async () =>
  (await d.sql`select id, state, reason from deposits where position like 'opening-%'`).map(
    ({ state, reason }) => (reason ? `${state}(${reason})` : state),
  )
const allAre = (state: string, count: number) =>
  eventually(openings, (states) => states.length === count && states.every((it) => it === state))

beforeAll(async () => {
  d = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
    chain: { startBlock: 'latest' },
  })
})
afterAll(async () => await d?.close())

test('balances from before startBlock are adopted once, swept, and never announced as deposits; a rescan does not double them', async () => {
  const [pln] = d.tokens
  if (!pln) throw new Error('no token')
  const wallets = await Promise.all([d.addWallet(), d.addWallet(), d.addWallet(), d.addWallet()])
  const [coin, token, both, dust] = wallets.map(({ address }) => address)
  if (!coin || !token || !both || !dust) throw new Error('no wallets')
  await d.devnet.pay(coin, '0.5')
  await d.devnet.payToken(pln, token, units(5))
  await d.devnet.pay(both, '0.3')
  await d.devnet.pay(dust, '0.001')
  const before = Number(await d.devnet.request('eth_blockNumber'))
  await d.devnet.request('anvil_mine', ['0x1'])
  const scanner = d.start('scanner')
  const worker = d.start('worker')
  processes = [scanner, worker]
  await eventually(
    () => d.sql`select start_height from scan_cursors`,
    ([row]) => Number(row?.['start_height'] ?? 0) > before,
  )
  const collected = await collectEvents(d.env)
  // The sweep of a new deposit also moves the money from before startBlock.
  const paid = await d.devnet.pay(both, '0.2')
  await reaches(d, paid, 'done', { processes })
  expect((await settled()).differences.map(({ kind }) => kind)).toEqual(['wallet'])

  const planned = await adopt('--all', '--dry-run')
  expect(planned).toMatchObject({ code: 0, skipped: [] })
  expect(await openings()).toEqual([])
  const { adopted } = await adopt('--all')
  expect(adopted.map(({ wallet, symbol, amount }) => [wallet, symbol, amount]).sort()).toEqual(
    [
      [coin, 'ETH', String(parseEther('0.5'))],
      [token, 'PLN', String(units(5))],
      [both, 'ETH', String(parseEther('0.3'))],
      [dust, 'ETH', String(parseEther('0.001'))],
    ].sort(),
  )
  expect(planned.adopted.length).toBe(adopted.length)
  await eventually(openings, (states) =>
    states.every((state) => state === 'done' || state === 'ignored(dust)'),
  )
  expect((await openings()).filter((state) => state === 'ignored(dust)')).toHaveLength(1)
  expect((await settled()).differences).toEqual([])
  expect((await adopt('--all')).adopted).toEqual([])
  const shown = await d.cli('sweep', adopted[0]?.depositId ?? '')
  expect(shown.stdout).toMatch(/block +none: opening balance, adopted .*ann +adopt-balance/s)

  const explained = await d.cli('explain', adopted[0]?.depositId ?? '')
  expect([explained.exitCode, explained.stderr]).toEqual([
    2,
    expect.stringContaining('no transaction paid it'),
  ])
  const filter = await d.cli('sweeps', '--state', 'orphaned(replaced)', '--json')
  expect(filter.exitCode).toBe(0)

  const rescan = ['rescan', '--chain', String(d.devnet.chainId), '--from', '1']
  const { stdout, exitCode } = await d.cli(...rescan, '--to', String(before), ...order)
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining('found 4 new deposits')])
  await allAre('orphaned(replaced)', 4)
  await eventually(
    () => d.sql`select state, reason from deposits where position not like 'opening-%'`,
    (rows) =>
      rows.length === 5 && rows.every(({ state, reason }) => state === 'done' || reason === 'dust'),
  )
  expect((await settled()).differences).toEqual([])
  expect((await adopt('--all')).adopted).toEqual([])
  await collected.close()
  const announced = collected.events.filter(({ type }) => type.startsWith('deposit.'))
  expect(announced.filter(({ depositId }) => opening(depositId ?? ''))).toEqual([])
  expect(announced.length).toBeGreaterThan(0)
})

test('adopt-balance refuses an unknown wallet, asset or chain, and both or none of --wallet and --all', async () => {
  const run = (...args: string[]) => d.cli('adopt-balance', ...args, ...order)
  const chain = ['--chain', String(d.devnet.chainId)]
  const cases: [string[], string][] = [
    [[...chain], 'neither --wallet nor --all'],
    [[...chain, '--all', '--wallet', `0x${'12'.repeat(20)}`], 'exclude each other'],
    [[...chain, '--wallet', `0x${'12'.repeat(20)}`], 'no user wallet'],
    [[...chain, '--all', '--asset', 'NOPE'], 'listed assets: ETH, PLN'],
  ]
  for (const [args, words] of cases) {
    const { exitCode, stderr } = await run(...args)
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(words)])
  }
})
