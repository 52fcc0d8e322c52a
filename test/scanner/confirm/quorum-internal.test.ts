import { encodeFunctionData } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkTracing } from '../../../cli/checks/check-tracing.ts'
import { Secret } from '../../../config/schema/secret.ts'
import type { Address } from '../../../domain/address.ts'
import type { Token } from '../../harness/devnet/devnet.ts'
import type { Forgery } from '../../harness/proxies/faults.ts'
import { type ThreeProxies, threeProxies } from '../../harness/proxies/three-proxies.ts'
import { aDevChain } from '../../harness/worlds/own-scanner.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

describe('the scanner of internal transfers with a quorum of three nodes (MONEY 13, 20)', () => {
  let world: ScanWorld
  let three: ThreeProxies
  let payer: Token
  beforeEach(async () => {
    world = await scanWorld()
    three = await threeProxies(world.anvil.url)
    payer = await world.deploy('internal-payer', [])
  })
  afterEach(async () => {
    await world.close()
    await three.close()
  })

  function scan() {
    const { anvil, coldWallet, keeper } = world
    const internalTransfers = 'trace' as const
    const chain = aDevChain({ id: anvil.chainId, coldWallet, keeper, internalTransfers })
    return world.scan({ chain, rpcUrls: three.urls, quorum: 2 })
  }
  /** Pays 100 wei through a contract. */
  async function payDeep(to: Address) {
    const [from] = (await world.devnet.request('eth_accounts')) as string[]
    const data = encodeFunctionData({ abi: payer.abi, functionName: 'payDeep', args: [to] })
    const transaction = { from, to: payer.address, data, value: '0x64', gas: '0x7a120' }
    const hash = (await world.devnet.request('eth_sendTransaction', [transaction])) as Address
    await world.receipt(hash)
    await world.mine(3)
    return hash
  }
  const handedOn = async () => (await world.work()).map(({ body }) => body['depositId'])
  const lacks = { kind: 'error', code: -32601, message: 'the method does not exist' } as const

  it('hands over a transfer if the traces of two endpoints match and the third cannot trace', async () => {
    three.proxies[2].fault('debug_traceTransaction', lacks)
    three.proxies[2].fault('trace_transaction', lacks)
    const wallet = await world.wallet()
    scan()
    const { id } = await world.deposit(await payDeep(wallet), 'waiting(queued)')
    expect(await handedOn()).toEqual([id])
  })

  it('a payment that one endpoint invents stays confirming(rpc-disagreement)', async () => {
    const wallet = await world.wallet()
    const victim = await world.wallet({ unlisted: true })
    const [liar] = three.proxies
    // The payment goes to an unknown address. The liar's traces name the user wallet as its
    // receiver.
    const lie: Forgery = (honest) =>
      JSON.parse(JSON.stringify(honest).replaceAll(victim.slice(2), wallet.slice(2)))
    liar.fault('debug_traceBlockByHash', { kind: 'forge', change: lie })
    liar.fault('debug_traceTransaction', { kind: 'forge', change: lie })
    const scanner = scan()
    const hash = await payDeep(victim)
    const forged = await world.deposit(hash, 'confirming(rpc-disagreement)')
    expect(forged).toMatchObject({ wallet, amount: '100' })
    // A real deposit of the same wallet is handed over, unlike the forged one.
    const honest = await world.deposit(await payDeep(wallet), 'waiting(queued)')
    expect(await handedOn()).toEqual([honest.id])
    const told = scanner.log.lines.find(({ message }) => message.includes('not handed over'))
    expect(told?.level).toBe('error')
  })

  it('a deposit stays confirming(rpc-quorum) while only one endpoint traces', async () => {
    const [, second, third] = three.proxies
    for (const one of [second, third]) {
      one.fault('debug_traceTransaction', lacks)
      one.fault('trace_transaction', lacks)
    }
    const wallet = await world.wallet()
    scan()
    const hash = await payDeep(wallet)
    await world.deposit(hash, 'confirming(rpc-quorum)')
    expect(await handedOn()).toEqual([])
    second.heal()
    await world.deposit(hash, 'waiting(queued)')
  })

  it('config check counts the nodes that trace', async () => {
    const { anvil, coldWallet, keeper } = world
    const internalTransfers = 'trace' as const
    const chain = aDevChain({ id: anvil.chainId, coldWallet, keeper, internalTransfers })
    const asked = {
      ...chain,
      ...{ rpcUrls: three.urls.map((url) => new Secret(url)), rpcQuorum: 2 },
    } as unknown as Parameters<typeof checkTracing>[0]
    expect(await checkTracing(asked, 'chains[0]')).toMatchObject([{ severity: 'ok' }])
    for (const one of three.proxies.slice(1)) {
      one.fault('debug_traceTransaction', lacks)
      one.fault('trace_transaction', lacks)
    }
    const [finding] = await checkTracing(asked, 'chains[0]')
    expect(finding).toMatchObject({ severity: 'error', code: 'tracing' })
    expect(finding?.what).toContain('1 of 3 nodes trace; 2 must')
  })
})
