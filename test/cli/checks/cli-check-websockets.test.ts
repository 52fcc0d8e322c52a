import { numberToHex } from 'viem'
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type OwnAnvil, ownAnvil } from '../../harness/devnet/own-anvil.ts'
import { aChain } from '../../harness/factories/a-config.ts'
import type { CheckFinding } from '../../harness/processes/check-patiently.ts'
import { type CliEnvironment, cliEnvironment } from '../../harness/processes/cli-environment.ts'
import { runCli } from '../../harness/processes/run-cli.ts'
import { fakeWebsocket } from '../../harness/proxies/fake-websocket.ts'

const keeperKey = generatePrivateKey()
const coldWallet = privateKeyToAccount(generatePrivateKey()).address
const dead = 'ws://127.0.0.1:1/v3/hunter2'

let anvil: OwnAnvil
let cli: CliEnvironment

beforeAll(async () => {
  anvil = await ownAnvil({ blockTimeSeconds: 1 })
  cli = cliEnvironment({ GAS_KEEPER_PRIVATE_KEY: keeperKey })
})
afterAll(async () => {
  cli?.remove()
  await anvil?.stop()
})

/** Results about the websockets, as `severity code where`. */
async function check(change: Record<string, unknown>) {
  cli.configure(
    aChain({
      id: anvil.chainId,
      name: 'devnet',
      rpc: [anvil.url],
      finality: { depth: 2 },
      coldWallet,
      gasKeeper: { address: privateKeyToAccount(keeperKey).address, alertBelow: '0' },
      tokens: [],
      ...change,
    }),
  )
  const answer = await runCli(['config', 'check', '--json'], cli.env)
  const { findings, passed } = answer.envelope().data as {
    findings: CheckFinding[]
    passed: { where: string; what: string }[]
  }
  const isSocket = ({ where }: { where: string }) => where.includes('.ws[')
  expect(answer.stdout).not.toContain('hunter2')
  return {
    found: findings.filter(isSocket).map((it) => `${it.severity} ${it.code} ${it.where}`),
    words: findings.filter(isSocket).map(({ what }) => what),
    passed: passed.filter(isSocket),
  }
}

const wsOf = (url: string) => url.replace(/^http/, 'ws')

it('passes a websocket that delivers the heads of the chain', async () => {
  const { found, passed } = await check({ ws: [wsOf(anvil.url)] })
  expect(found).toEqual([])
  expect(passed).toEqual([
    { where: 'chains[0].ws[0]', what: `delivers the heads of chain ${anvil.chainId}` },
  ])
})

it('reports a dead websocket as down, next to one that works', async () => {
  const { found } = await check({ ws: [wsOf(anvil.url), dead] })
  expect(found).toEqual(['down unreachable chains[0].ws[1]'])
})

it('reports a dead websocket even if no HTTP endpoint answers', async () => {
  const { found } = await check({ ws: [dead], rpc: ['http://127.0.0.1:1'] })
  expect(found).toEqual(['down unreachable chains[0].ws[0]'])
})

it('rejects a websocket of another chain', async () => {
  const other = await fakeWebsocket(() => '0x1')
  const { found, words } = await check({ ws: [other.url] })
  await other.close()
  expect(found).toEqual(['fault chain-id chains[0].ws[0]'])
  expect(words).toEqual(['answers as chain 1'])
})

it('rejects a websocket without subscriptions', async () => {
  const plain = await fakeWebsocket((method) =>
    method === 'eth_chainId'
      ? numberToHex(anvil.chainId)
      : new Error('notifications not supported'),
  )
  const { found, words } = await check({ ws: [plain.url] })
  await plain.close()
  expect(found).toEqual(['fault ws-heads chains[0].ws[0]'])
  expect(words[0]).toContain('notifications not supported')
})

it('rejects a websocket that acknowledges, and delivers no head while the chain grows', async () => {
  const mute = await fakeWebsocket((method) =>
    method === 'eth_chainId' ? numberToHex(anvil.chainId) : '0xabc',
  )
  const { found, words } = await check({ ws: [mute.url], blockTimeMs: 1_500 })
  await mute.close()
  expect(found).toEqual(['fault ws-heads chains[0].ws[0]'])
  expect(words[0]).toContain('delivered no head in 4.5 s')
})
