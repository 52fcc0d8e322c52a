import { readFileSync, writeFileSync } from 'node:fs'
import { createWalletClient, http } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { StartedProcess } from '../../devstack/run/run.ts'
import { devnetChain } from '../harness/devnet/devnet.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { reaches } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/** The chapter "Rotate the keeper" of docs/runbook.md, command by command. */
let d: OwnDeployment
let processes: StartedProcess[]
const by = ['--operator', 'ann', '--reason', 'planned rotation']
const next = generatePrivateKey()
const newKeeper = privateKeyToAccount(next).address

beforeAll(async () => {
  d = await ownDeployment({
    keeperEther: 0.5,
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
  })
  processes = [d.start('scanner'), d.start('worker')]
})
afterAll(async () => await d?.close())

interface Keeper {
  readonly address: string
  readonly inFlight: number
  readonly others: readonly {
    address: string
    state: string
    balance: string
    next: string
    drain: { waitingFor: string | null } | null
  }[]
}
const json = async (...argv: string[]) => {
  const { exitCode, stdout } = await d.cli(...argv, '--json')
  return { exitCode, ...JSON.parse(stdout) }
}
const keeper = async (): Promise<Keeper> => (await json('keeper')).data[0]
const old = async () => {
  const [other] = (await keeper()).others
  if (!other) throw new Error('no other keeper')
  return other
}
const chain = () => String(d.devnet.chainId)

/** Reconciles at the current head or a later block. */
async function settled() {
  const now = Number(await d.devnet.request('eth_blockNumber'))
  return await eventually(
    async () => {
      const { exitCode, data } = await json('reconcile')
      return { exitCode, ...data?.[0] }
    },
    ({ block }) => block?.number >= now,
  )
}

async function stopped({ pid, ended }: StartedProcess): Promise<void> {
  process.kill(pid, 'SIGTERM')
  await ended
}

async function sweepsAToken(): Promise<void> {
  const { address } = await d.addWallet()
  const [token] = d.tokens
  if (!token) throw new Error('no token')
  await reaches(d, await d.devnet.payToken(token, address, 5n * 10n ** 18n), 'done', { processes })
}

test('a planned rotation drains the old keeper, closes it, and leaves balanced books', async () => {
  await sweepsAToken()
  const refused = await d.cli('keeper', 'drain', '--chain', chain(), '--to', 'keeper', ...by)
  expect([refused.exitCode, refused.stderr]).toEqual([3, expect.stringContaining('no retired')])
  await eventually(keeper, ({ inFlight }) => inFlight === 0)
  for (const one of processes) await stopped(one)
  const file = d.env['COLDSWEEP_CONFIG'] ?? ''
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(d.keeper, newKeeper))
  await d.devnet.pay(newKeeper, '1')
  expect((await d.cli('migrate')).exitCode).toBe(0)
  expect(await old()).toMatchObject({ address: d.keeper, state: 'retired' })
  // The command that the keeper's line shows, with the placeholders filled in.
  const shown = (await old()).next
  expect(shown).toContain(`keeper drain --chain ${chain()} --keeper ${d.keeper} --to keeper`)
  const argv = ['keeper', 'drain', '--chain', chain(), '--keeper', d.keeper, '--to', 'keeper']
  expect(await json(...argv, ...by)).toMatchObject({
    exitCode: 0,
    data: { changed: true, receiver: newKeeper },
  })
  // Without the old key the order waits and says so.
  processes = [d.start('scanner'), d.start('worker', { GAS_KEEPER_PRIVATE_KEY: next })]
  await eventually(old, ({ drain }) => drain?.waitingFor?.includes('RETIRED_KEEPER') === true)
  const [, keyless] = processes
  if (keyless) await stopped(keyless)
  const [before] = await d.sql`select count(*)::int from transactions where step = 'drain'`
  expect(before).toEqual({ count: 0 })
  processes[1] = d.start('worker', {
    GAS_KEEPER_PRIVATE_KEY: next,
    RETIRED_KEEPER_PRIVATE_KEY: d.env['GAS_KEEPER_PRIVATE_KEY'],
  })
  await eventually(old, ({ state }) => state === 'closed')
  expect(await json(...argv, ...by)).toMatchObject({ exitCode: 0, data: { changed: false } })
  const report = await settled()
  expect(report).toMatchObject({ exitCode: 0, balanced: true, differences: [] })
  const drained = report.keepers.map((it: { drained: string }) => BigInt(it.drained))
  expect(drained.filter((wei: bigint) => wei > 0n)).toHaveLength(1)
  await sweepsAToken()
  expect((await settled()).differences).toEqual([])
})

test('money that somebody moved by hand is acknowledged, and a second payment alerts again', async () => {
  await d.devnet.pay(d.keeper, '0.3')
  await eventually(old, ({ state }) => state === 'retired')
  const byHand = async (value: bigint) => {
    const url = d.secrets.map((it) => `http://${it}`).find((it) => /:\d+$/.test(it))
    const client = createWalletClient({
      account: privateKeyToAccount(d.env['GAS_KEEPER_PRIVATE_KEY'] as `0x${string}`),
      chain: devnetChain({ url: '', chainId: d.devnet.chainId }),
      transport: http(url),
    })
    const hash = await client.sendTransaction({ to: newKeeper, value })
    await eventually(
      () => d.sql`select 1 from foreign_transactions where hash = ${hash}`,
      (rows) => rows.length === 1,
    )
  }
  await byHand(10n ** 17n)
  const found = await settled()
  expect(found.exitCode).toBe(1)
  const kinds = found.differences.map(({ kind }: { kind: string }) => kind).sort()
  expect(kinds).toEqual(['foreign', 'keeper'])
  for (const { key } of found.differences)
    expect(await json('reconcile', 'acknowledge', key, ...by)).toMatchObject({ exitCode: 0 })
  const after = await settled()
  expect(after).toMatchObject({ exitCode: 0, balanced: true })
  expect(after.differences).toHaveLength(2)
  expect(after.differences[0].acknowledged).toMatchObject({ operator: 'ann' })
  const text = await d.cli('reconcile')
  expect(text.stdout).toContain('acknowledged by ann: planned rotation')
  await byHand(10n ** 16n)
  const again = await settled()
  expect(again).toMatchObject({ exitCode: 1, balanced: false })
  expect(
    again.differences.filter((it: { acknowledged: unknown }) => !it.acknowledged),
  ).toHaveLength(2)
})
