import { encodeFunctionData } from 'viem'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { checkCapabilities } from '../../../cli/checks/check-capabilities.ts'
import { checkTracing } from '../../../cli/checks/check-tracing.ts'
import type { ChainConfig } from '../../../config/schema/config.ts'
import { Secret } from '../../../config/schema/secret.ts'
import type { Address, Hash } from '../../../domain/address.ts'
import type { Token } from '../../harness/devnet/devnet.ts'
import { type FaultProxy, faultProxy } from '../../harness/proxies/fault-proxy.ts'
import type { Fault } from '../../harness/proxies/faults.ts'
import { aDevChain } from '../../harness/worlds/own-scanner.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

/** Tests nodes whose trace methods return answers that cannot be read as call frames. */
let world: ScanWorld
let proxy: FaultProxy
let payer: Token
let wallet: Address
const chain = () => {
  const { anvil, coldWallet, keeper } = world
  return aDevChain({ id: anvil.chainId, coldWallet, keeper, internalTransfers: 'trace' })
}
beforeAll(async () => {
  world = await scanWorld()
  proxy = await faultProxy(world.anvil.url)
  wallet = await world.wallet()
  payer = await world.deploy('internal-payer', [])
  world.scan({ chain: chain(), rpcUrls: [proxy.url] })
  await world.mine(3)
  await world.caughtUp()
})
afterEach(() => proxy.heal())
afterAll(async () => {
  await world?.close()
  await proxy?.close()
})

/** Pays 100 wei through a contract. */
async function payDeep(): Promise<Hash> {
  const [from] = (await world.devnet.request('eth_accounts')) as string[]
  const data = encodeFunctionData({ abi: payer.abi, functionName: 'payDeep', args: [wallet] })
  const transaction = { from, to: payer.address, data, value: '0x64', gas: '0x7a120' }
  return (await world.devnet.request('eth_sendTransaction', [transaction])) as Hash
}
/** Selects the unread row of one transaction, because rows of other tests exist for a while. */
const openOf = (hash: Hash) => world.sql`
  select * from unread_transactions where answered_at is null and tx_hash = ${hash}`
const structLogs = { gas: 53_000, failed: false, returnValue: '', structLogs: [{ op: 'STOP' }] }
const noTracer = { error: 'tracer not found' }
/** Makes debug_traceBlockByHash and debug_traceTransaction answer `entry` for each transaction. */
const answersEach = (entry: object) => {
  const ofBlock = (frames: unknown) => (frames as object[]).map(() => entry)
  proxy.fault('debug_traceBlockByHash', { kind: 'forge', change: ofBlock })
  proxy.fault('debug_traceTransaction', { kind: 'forge', change: () => entry })
}
const lacks: Fault = { kind: 'error', code: -32601, message: 'the method does not exist' }

const check = async () => {
  const rpcUrls = [new Secret(proxy.url)]
  const config = { ...chain(), rpcUrls, rpcQuorum: 1 } as unknown as ChainConfig
  const { results, capabilities } = await checkCapabilities(config, 'chains[0]', [0])
  const traces = capabilities.filter(({ method }) => method.startsWith('debug_trace'))
  return {
    tracing: await checkTracing(config, 'chains[0]'),
    supported: traces.map(({ supported }) => supported),
    results: results.filter(({ what }) => what.includes('debug_trace')),
  }
}

describe.each([
  ['struct logs (besu #8326, #8195)', structLogs],
  ['an error for each transaction (0xPolygon/erigon #35)', noTracer],
])('a node whose debug methods return %s', (_, entry) => {
  beforeEach(() => answersEach(entry))

  it('finds an internal transfer by Parity’s flat traces, without an unread row', async () => {
    const hash = await payDeep()
    await world.mine(3)
    await world.deposit(hash, 'waiting', 'native-0.0')
    expect(await openOf(hash)).toEqual([])
  })

  it('passes config check with flat traces', async () => {
    await payDeep()
    expect(await check()).toMatchObject({
      tracing: [{ severity: 'ok', what: '1 of 1 nodes trace' }],
      supported: ['yes', 'yes'],
      results: [],
    })
  })

  it('fails config check without flat traces', async () => {
    for (const method of ['trace_block', 'trace_transaction']) proxy.fault(method, lacks)
    await payDeep()
    const { tracing, supported, results } = await check()
    expect(tracing).toMatchObject([{ severity: 'error', code: 'tracing' }])
    expect(tracing[0]?.what).toMatch(/^0 of 1 nodes trace; 1 must.*can't be read at type/)
    expect(supported).toEqual(['no', 'no'])
    expect(results).toMatchObject([{ severity: 'error', code: 'capability' }])
  })

  it('counts as unknown in config check if the newest blocks ran no code', async () => {
    await world.mine(20)
    const { tracing, supported, results } = await check()
    expect(tracing).toMatchObject([{ severity: 'warning', code: 'tracing' }])
    expect(supported).toEqual(['unknown', 'unknown'])
    expect(results).toMatchObject([{ severity: 'warning' }])
  })
})

describe('a node whose traces begin with a call of the bootloader (zkSync Era)', () => {
  type Frame = Readonly<Record<string, unknown>>
  const bootloader = `0x${'0'.repeat(36)}8001`
  const under = (top: Frame) => ({
    ...{ type: 'CALL', from: `0x${'0'.repeat(40)}`, to: bootloader, value: '0x0' },
    calls: [{ type: 'CALL', from: bootloader, to: top['from'], value: '0x0', calls: [top] }],
  })
  beforeEach(() => {
    const ofBlock = (frames: unknown) =>
      (frames as Frame[]).map((entry) => ({ ...entry, result: under(entry['result'] as Frame) }))
    proxy.fault('debug_traceBlockByHash', { kind: 'forge', change: ofBlock })
    proxy.fault('debug_traceTransaction', { kind: 'forge', change: (top) => under(top as Frame) })
    for (const method of ['trace_block', 'trace_transaction']) proxy.fault(method, lacks)
  })

  it('fails config check, which quotes both calls', async () => {
    await payDeep()
    const { tracing, supported } = await check()
    expect(tracing).toMatchObject([{ severity: 'error', code: 'tracing' }])
    expect(tracing[0]?.what).toMatch(
      /begins with a call from 0x0{40} to 0x0{36}8001, the transaction goes from 0x/,
    )
    expect(supported).toEqual(['no', 'no'])
  })
})
