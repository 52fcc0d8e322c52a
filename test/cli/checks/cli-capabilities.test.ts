import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Envelope } from '../../../cli/session/outcome.ts'
import { openDevnet, type Token } from '../../harness/devnet/devnet.ts'
import { type OwnAnvil, ownAnvil } from '../../harness/devnet/own-anvil.ts'
import { aChain } from '../../harness/factories/a-config.ts'
import { type CliEnvironment, cliEnvironment } from '../../harness/processes/cli-environment.ts'
import { runCli } from '../../harness/processes/run-cli.ts'
import { type FaultProxy, faultProxy } from '../../harness/proxies/fault-proxy.ts'

const keeper = privateKeyToAccount(generatePrivateKey()).address
const coldWallet = privateKeyToAccount(generatePrivateKey()).address

let anvil: OwnAnvil
let usdt: Token
let cli: CliEnvironment
let odd: FaultProxy

interface Row {
  readonly endpoint: string
  readonly method: string
  readonly supported: string
  readonly why: string
}

interface Checked {
  readonly findings: readonly { code: string; where: string; what: string; severity: string }[]
  readonly capabilities: readonly Row[]
}

const chain = (change: Record<string, unknown> = {}) =>
  aChain({
    id: anvil.chainId,
    name: 'devnet',
    rpc: [odd.url],
    finality: { depth: 2 },
    coldWallet,
    gasKeeper: { address: keeper, alertBelow: '0.5' },
    tokens: [{ address: usdt.address, symbol: 'USDT', decimals: 6, min: '1' }],
    ...change,
  })

/** Runs `config check` and returns its problems and its table rows about the methods of nodes. */
async function check() {
  const answer = await runCli(['config', 'check', '--json'], cli.env)
  const { findings, capabilities } = (answer.envelope() as Envelope).data as Checked
  return {
    capabilities,
    findings: findings.filter(({ code }) => code === 'capability'),
    lacking: capabilities.filter(({ supported }) => supported !== 'yes'),
  }
}

/** Checks again, up to three times, while the node or a method exceeds the time limit of 5 s. */
async function checkKnown() {
  for (let tries = 1; ; tries += 1) {
    const checked = await check()
    const { capabilities } = checked
    const isSlow =
      capabilities.length === 0 || capabilities.some(({ supported }) => supported === 'unknown')
    if (!isSlow || tries === 3) return checked
  }
}

beforeAll(async () => {
  anvil = await ownAnvil()
  usdt = await openDevnet(anvil).deployToken('silent-token', 'USDT', 6)
  odd = await faultProxy(anvil.url)
  cli = cliEnvironment({}, chain())
})

beforeEach(() => cli.configure(chain()))
afterEach(() => odd.heal())

afterAll(async () => {
  cli?.remove()
  await odd?.close()
  await anvil?.stop()
})

it('config check reports every method of a complete node as supported', async () => {
  const { capabilities, lacking, findings } = await checkKnown()
  expect([lacking, findings]).toEqual([[], []])
  expect(capabilities.length).toBeGreaterThan(18)
  expect(new Set(capabilities.map(({ endpoint }) => endpoint))).toEqual(
    new Set(['chains[0].rpc[0]']),
  )
})

it.each([
  {
    oddity: 'eth_estimateGas rejects a block parameter (victionchain #455)',
    method: 'eth_estimateGas',
    when: 1,
    error: { code: -32602, message: 'too many arguments, want at most 1' },
    row: 'eth_estimateGas (height)',
    consequence: 'no token sweep is planned',
  },
  {
    oddity: 'eth_call rejects a block hash (ethrex #6130)',
    method: 'eth_call',
    when: { blockHash: true },
    error: { code: -32602, message: 'Invalid params: expected a string' },
    row: 'eth_call ({blockHash})',
    consequence: 'no token sweep is planned',
  },
  {
    oddity: 'eth_getBalance rejects a block hash',
    method: 'eth_getBalance',
    when: { blockHash: true },
    error: { code: -32000, message: 'invalid block tag' },
    row: 'eth_getBalance ({blockHash})',
    consequence: 'no sweep is planned or signed',
  },
  {
    oddity: 'eth_getLogs rejects a block hash',
    method: 'eth_getLogs',
    when: { blockHash: true },
    error: { code: -32602, message: 'blockHash is not supported' },
    row: 'eth_getLogs (block hash)',
    consequence: 'the scanner halts',
  },
  {
    oddity: 'sending is disabled on a read-only endpoint',
    method: 'eth_sendRawTransaction',
    when: 0,
    error: {
      code: -32601,
      message: 'the method eth_sendRawTransaction does not exist/is not available',
    },
    row: 'eth_sendRawTransaction',
    consequence: 'nothing is swept',
  },
])(
  'config check reports an error when $oddity',
  async ({ method, when, error, row, consequence }) => {
    odd.fault(
      method,
      { kind: 'error', ...error },
      {
        when: ({ params }) =>
          typeof when === 'number'
            ? params.length > when
            : params.some(
                (param) => typeof param === 'object' && param !== null && 'blockHash' in param,
              ),
      },
    )
    const { findings, lacking } = await checkKnown()
    expect(lacking.find((it) => it.method === row)).toMatchObject({
      endpoint: 'chains[0].rpc[0]',
      supported: 'no',
    })
    const finding = findings.find(({ what }) => what.includes(` ${row},`))
    expect(finding).toMatchObject({ severity: 'fault', where: 'chains[0].rpc' })
    expect(finding?.what).toContain(`0 of 1 endpoints answer ${row}, 1 must`)
    expect(finding?.what).toContain(consequence)
    expect(finding?.what).toContain(error.message)
  },
)

it('config check warns if one endpoint of three lacks a method that the other two have', async () => {
  cli.configure(chain({ rpc: [anvil.url, odd.url, anvil.url.replace('127.0.0.1', 'localhost')] }))
  const error = { code: -32602, message: 'too many arguments, want at most 1' }
  odd.fault(
    'eth_estimateGas',
    { kind: 'error', ...error },
    { when: ({ params }) => params.length > 1 },
  )
  const { findings } = await checkKnown()
  expect(findings).toMatchObject([{ severity: 'warning', where: 'chains[0].rpc[1]' }])
})

it('config check reports a method with a rate limit or HTTP 504 as unknown, never as unsupported', async () => {
  odd.fault('eth_getLogs', { kind: 'rate-limit', as: 'rpc' })
  odd.fault('eth_getCode', { kind: 'http', status: 504 })
  const { findings, lacking } = await check()
  expect(new Set(lacking.map(({ supported }) => supported))).toEqual(new Set(['unknown']))
  expect(findings.map(({ severity }) => severity)).not.toContain('fault')
})

it('config check prints a table with a row for each method of each endpoint', async () => {
  const { stdout } = await runCli(['config', 'check'], cli.env)
  expect(stdout).toMatch(/endpoint +method +supported +used for +without it/)
  expect(stdout).toMatch(
    /chains\[0\]\.rpc\[0\] +eth_estimateGas \(height\) +yes +gas of token transfers/,
  )
})

it.each([
  ['{"error":"daily limit reached"}', 'daily limit reached'],
  ['{"error":{"code":-32005}}', '-32005'],
  ['{"message":"no such project"}', 'no such project'],
  ['null', 'null'],
  ['<html><title>Maintenance</title></html>', 'Maintenance'],
])(
  'config check reports an endpoint that answers HTTP 200 with %s as down, and uses the next endpoint',
  async (body, words) => {
    cli.configure(chain({ rpc: [`${odd.url}/v3/topsecretkey`, anvil.url] }))
    odd.fault('*', { kind: 'raw', body })
    const answer = await runCli(['config', 'check', '--json'], cli.env)
    const { findings, capabilities } = answer.envelope().data as Checked
    expect(findings.filter(({ where }) => where === 'chains[0].rpc[0]')).toMatchObject([
      {
        severity: 'down',
        code: 'unreachable',
        what: expect.stringMatching(/^the node’s answer is no JSON-RPC: /),
      },
    ])
    expect(answer.stdout).toContain(JSON.stringify(words).slice(1, -1))
    expect(new Set(capabilities.map(({ endpoint }) => endpoint))).toEqual(
      new Set(['chains[0].rpc[1]']),
    )
    expect(`${answer.stdout}${answer.stderr}`).not.toMatch(/topsecretkey|TypeError/)
  },
)
