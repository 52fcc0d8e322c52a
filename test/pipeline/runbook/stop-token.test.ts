import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
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

async function payToken(): Promise<string> {
  return await d.devnet.payToken(token(), (await d.addWallet()).address, 2n * 10n ** 18n)
}

test('the token’s deposits wait and continue at the end, and native coin is swept', async () => {
  const stopped = await act(0)
  expect(stopped).toContain('PLN on devnet is paused now')
  const hashes = [await payToken(), await payToken()]
  for (const hash of hashes) {
    const { detail } = await reach(hash, 'waiting(asset-paused)')
    expect(detail).toBe('the asset is paused: WHY (ann)')
  }
  await reach(await d.devnet.pay((await d.addWallet()).address, '0.2'), 'done')
  for (const hash of hashes) await reach(hash, 'waiting(asset-paused)')
  const checked = await d.cli('config', 'check')
  expect(checked.stdout).toContain(`"coldsweep resume --asset ${token().address.toLowerCase()}`)
  await act(1)
  for (const hash of hashes) await reach(hash, 'done')
}, 600_000)
