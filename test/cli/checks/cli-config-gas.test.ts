import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openDevnet } from '../../harness/devnet/devnet.ts'
import { type OwnAnvil, ownAnvil } from '../../harness/devnet/own-anvil.ts'
import { aChain } from '../../harness/factories/a-config.ts'
import { type CliEnvironment, cliEnvironment } from '../../harness/processes/cli-environment.ts'
import { runCli } from '../../harness/processes/run-cli.ts'
import { type FaultProxy, faultProxy } from '../../harness/proxies/fault-proxy.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'

const keeperKey = generatePrivateKey()
const keeper = privateKeyToAccount(keeperKey).address
const coldWallet = privateKeyToAccount(generatePrivateKey()).address

interface Named {
  readonly code?: string
  readonly where: string
  readonly what: string
}

describe('config check of tips and of plain transfers (MONEY 8)', () => {
  let anvil: OwnAnvil
  let proxies: FaultProxy[]
  let database: OwnDatabase
  let cli: CliEnvironment

  beforeAll(async () => {
    anvil = await ownAnvil()
    await openDevnet(anvil).setEther(keeper, 3)
    proxies = await Promise.all([1, 2, 3].map(() => faultProxy(anvil.url)))
    database = await ownDatabase()
    const chain = aChain({
      id: anvil.chainId,
      name: 'devnet',
      rpc: proxies.map(({ url }) => url),
      finality: { depth: 2 },
      coldWallet,
      gasKeeper: { address: keeper, alertBelow: '0.5' },
      gas: { maxFeeGwei: 200, maxPriorityFeeGwei: 2 },
      native: { symbol: 'ETH', min: '0.01' },
      tokens: [],
    })
    cli = cliEnvironment({ DATABASE_URL: database.url, GAS_KEEPER_PRIVATE_KEY: keeperKey }, chain)
  })
  beforeEach(async () => {
    for (const proxy of proxies) proxy.heal()
    await database.sql`delete from transfer_gas`
  })
  afterAll(async () => {
    cli?.remove()
    for (const proxy of proxies ?? []) await proxy.close()
    await database?.drop()
    await anvil?.stop()
  })

  const estimates = (proxy: FaultProxy | undefined, gas: string) =>
    proxy?.fault('eth_estimateGas', { kind: 'forge', change: () => gas })
  const recorded = () => database.sql`select gas, measured_by from transfer_gas`
  async function check() {
    const answer = await runCli(['config', 'check', '--json'], cli.env)
    const { findings, passed } = answer.envelope().data as { findings: Named[]; passed: Named[] }
    const ofGas = ({ where }: Named) => /\.gas(\.|$)/.test(where)
    return { findings: findings.filter(ofGas), passed: passed.filter(ofGas) }
  }

  it('records that a plain transfer takes 21,000 gas, without a message', async () => {
    expect(await check()).toEqual({ findings: [], passed: [] })
    expect(await recorded()).toEqual([{ gas: '21000', measured_by: 'config check' }])
  })

  it('records the median of the endpoints’ estimates, and reports the previous value', async () => {
    await check()
    estimates(proxies[0], '0xea60')
    estimates(proxies[1], '0xea60')
    estimates(proxies[2], '0xf4240')
    const { passed } = await check()
    expect(passed.map(({ what }) => what)).toEqual([
      'a plain transfer takes 60000 gas here, not 21000: recorded (21000 before)',
    ])
    expect(await recorded()).toMatchObject([{ gas: '60000' }])
  })

  it('ignores one endpoint of three that estimates too much', async () => {
    estimates(proxies[0], '0xf4240')
    await check()
    expect(await recorded()).toMatchObject([{ gas: '21000' }])
  })

  it('warns if a node asks for a tip above the configured maximum, and shows both numbers', async () => {
    proxies[0]?.fault('eth_maxPriorityFeePerGas', {
      kind: 'forge',
      change: () => `0x${25_000_000_000n.toString(16)}`,
    })
    const { findings } = await check()
    expect(findings).toMatchObject([
      {
        code: 'tip-cap',
        where: 'chains[0].gas.maxPriorityFeeGwei',
        what: 'allows 2 gwei, but the node asks for a tip of 25 gwei',
      },
    ])
  })
})
