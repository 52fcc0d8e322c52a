import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import type { StartedProcess } from '../../../devstack/run/run.ts'
import { builtProduct } from '../../harness/processes/built-product.ts'
import { commandsOf, inShell } from '../../harness/worlds/chapter.ts'
import { reaches } from '../../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../../harness/worlds/own-deployment.ts'

/** The chapter "One token has to stop" of docs/runbook.md: each block is one script. */
let d: OwnDeployment
let command: string
let scanner: StartedProcess
let worker: StartedProcess
const chain = () => String(d.devnet.chainId)
const token = () => d.tokens[0] as (typeof d.tokens)[number]
const reach = (hash: string, state: string) =>
  reaches(d, hash, state, { processes: [scanner, worker] })

beforeAll(async () => {
  command = join(await builtProduct(), 'coldsweep.mjs')
  d = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
  })
  scanner = d.start('scanner')
  worker = d.start('worker')
})
afterAll(async () => await d?.close())

async function act(block: number): Promise<string> {
  const script = (commandsOf('runbook.md', 'One token has to stop')[block] ?? [])
    .join('\n')
    .replaceAll('CHAIN_ID', chain())
    .replaceAll('SYMBOL', 'PLN')
    .replaceAll('YOU', 'ann')
  const prelude = `cd "$(dirname "$COLDSWEEP_CONFIG")"; coldsweep() { node ${command} "$@"; }`
  return await inShell(d.env, prelude)(script, [])
}

/** Writes the token's `approveAbove`, and restarts the scanner. */
async function approveAbove(amount?: string): Promise<void> {
  const file = d.env['COLDSWEEP_CONFIG'] ?? ''
  const config = parse(readFileSync(file, 'utf8'))
  const { approveAbove: _, ...rest } = config.chains[0].tokens[0]
  config.chains[0].tokens[0] = amount === undefined ? rest : { ...rest, approveAbove: amount }
  writeFileSync(file, stringify(config))
  process.kill(scanner.pid, 'SIGTERM')
  await scanner.ended
  scanner = d.start('scanner')
}

async function payToken(): Promise<string> {
  return await d.devnet.payToken(token(), (await d.addWallet()).address, 2n * 10n ** 18n)
}

test('the token’s deposits are held and continue at the end, and native coin is swept', async () => {
  const by = ['--operator', 'ann', '--reason', 'the token is hacked']
  expect((await d.cli('pause', '--chain', chain(), ...by)).exitCode).toBe(0)
  const before = [await payToken(), await payToken()]
  for (const hash of before) await reach(hash, 'waiting')
  await approveAbove('0')
  await act(0)
  for (const hash of before) await reach(hash, 'waiting(paused)')
  expect((await d.cli('resume', '--chain', chain(), ...by)).exitCode).toBe(0)
  const after = await payToken()
  await reach(after, 'waiting(approval)')
  await reach(await d.devnet.pay((await d.addWallet()).address, '0.2'), 'done')
  for (const hash of before) await reach(hash, 'waiting(paused)')
  await approveAbove()
  await act(1)
  for (const hash of [...before, after]) await reach(hash, 'done')
}, 600_000)
