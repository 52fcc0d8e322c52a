import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Envelope } from '../../../cli/session/outcome.ts'
import { openDevnet } from '../../harness/devnet/devnet.ts'
import { type OwnAnvil, ownAnvil } from '../../harness/devnet/own-anvil.ts'
import { aChain } from '../../harness/factories/a-config.ts'
import { type CliEnvironment, cliEnvironment } from '../../harness/processes/cli-environment.ts'
import { runCli } from '../../harness/processes/run-cli.ts'
import { type FaultProxy, faultProxy } from '../../harness/proxies/fault-proxy.ts'
import type { RpcRequest } from '../../harness/proxies/faults.ts'

/**
 * Text with which Chainstack rejects requests that the customer's plan excludes, such as requests
 * for old state and old logs. Chainstack sends the text as a JSON-RPC error with HTTP 403.
 */
const words = 'Archive, Debug and Trace requests are not available on your current plan.'
const turnsAway = {
  kind: 'raw',
  status: 403,
  body: JSON.stringify({ jsonrpc: '2.0', error: { code: -32002, message: words } }),
} as const

const depth = 150
const keeper = privateKeyToAccount(generatePrivateKey()).address
const coldWallet = privateKeyToAccount(generatePrivateKey()).address

let anvil: OwnAnvil
let cli: CliEnvironment
let odd: FaultProxy
/** Hash of the block at the final height. */
let finalHash: string
let finalHeight: number

interface Row {
  readonly method: string
  readonly supported: string
  readonly why: string
}

beforeAll(async () => {
  anvil = await ownAnvil()
  const devnet = openDevnet(anvil)
  const usdt = await devnet.deployToken('silent-token', 'USDT', 6)
  await devnet.request('anvil_mine', [`0x${(depth + 20).toString(16)}`])
  finalHeight = Number(await devnet.request('eth_blockNumber')) - depth
  const params = [`0x${finalHeight.toString(16)}`, false]
  finalHash = ((await devnet.request('eth_getBlockByNumber', params)) as { hash: string }).hash
  odd = await faultProxy(anvil.url)
  cli = cliEnvironment(
    {},
    aChain({
      id: anvil.chainId,
      name: 'devnet',
      rpc: [odd.url],
      finality: { depth },
      coldWallet,
      gasKeeper: { address: keeper, alertBelow: '0.5' },
      tokens: [{ address: usdt.address, symbol: 'USDT', decimals: 6, min: '1' }],
    }),
  )
})

afterEach(() => odd.heal())

afterAll(async () => {
  cli?.remove()
  await odd?.close()
  await anvil?.stop()
})

/** Returns the table rows of `config check` about unsupported methods, as `method: supported`. */
async function lacking() {
  const answer = await runCli(['config', 'check', '--json'], cli.env)
  const { capabilities } = (answer.envelope() as Envelope).data as { capabilities: readonly Row[] }
  expect(capabilities.length).toBeGreaterThan(18)
  const rows = capabilities.filter(({ supported }) => supported !== 'yes')
  for (const { why } of rows) expect(why).toContain(words)
  return rows.map(({ method, supported }) => `${method}: ${supported}`)
}

const mentions = (text: string) => (request: RpcRequest) =>
  JSON.stringify(request.params).includes(text)

it('config check reports the methods that the provider’s plan excludes for final blocks', async () => {
  const height = `"0x${finalHeight.toString(16)}"`
  odd.fault('eth_getBalance', turnsAway, { when: mentions(finalHash) })
  odd.fault('eth_getLogs', turnsAway, { when: mentions(height) })
  expect(await lacking()).toEqual([
    'eth_getLogs (heights), a final block: no',
    'eth_getBalance ({blockHash}), a final block: no',
  ])
})

it('config check still checks the other methods when the provider’s plan excludes the final block itself', async () => {
  const isFinal = mentions(`"0x${finalHeight.toString(16)}"`)
  odd.fault('eth_getBlockByNumber', turnsAway, { when: isFinal })
  expect(await lacking()).toEqual([
    'eth_getBlockByNumber (height): no',
    'eth_getLogs (heights), a final block: no',
    'eth_getBalance ({blockHash}), a final block: no',
  ])
})
