import { encodeFunctionData } from 'viem'
import { describe, expect, it } from 'vitest'
import { toAddress } from '../../../domain/address.ts'
import { forgedReceipt } from '../../harness/proxies/forgeries.ts'
import { quorumOf } from '../../harness/proxies/three-proxies.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { aDevChain } from '../../harness/worlds/own-scanner.ts'
import { type ThreeNodesBench, threeNodesBench } from '../../harness/worlds/three-nodes-bench.ts'

type Raw = Readonly<Record<string, unknown>>

/** Tests a scanner whose endpoint omits data or contradicts two honest endpoints (MONEY 20). */
describe('the endpoint that the scanner reads, one of three', () => {
  let world: ThreeNodesBench['world']
  let three: ThreeNodesBench['three']
  threeNodesBench((bench) => {
    ;({ world, three } = bench)
  })
  const workOf = async () => (await world.work()).map(({ body }) => body['depositId'])

  it('stops at one head: health reports a problem, and the scanner reads another endpoint', async () => {
    const wallet = await world.wallet()
    const tuning = { lagMs: 100, headStallMs: 500 }
    const scanner = world.scan({ rpcUrls: three.urls, quorum: 2, tuning })
    await world.mine(2)
    await world.caughtUp()
    await three.proxies[0].freezeHead()
    const hash = await world.devnet.pay(wallet, '0.5')
    await world.mine(2)
    await world.deposit(hash, 'waiting(queued)')
    await eventually(
      () => scanner.problems().join(),
      (words) => words.includes('no new block of devnet'),
    )
  })

  it('reports its head as final: no deposit is handed over before enough endpoints agree', async () => {
    const { anvil, coldWallet, keeper } = world
    const finality = { tag: 'finalized' } as const
    const chain = aDevChain({ id: anvil.chainId, coldWallet, keeper, finality })
    const [liar] = three.proxies
    let head = await world.height()
    liar.fault('eth_getBlockByNumber', {
      kind: 'forge',
      change: (honest, { params }) =>
        params[0] === 'finalized'
          ? { ...(honest as Raw), number: `0x${head.toString(16)}` }
          : honest,
    })
    const scanner = world.scan({ chain, rpcUrls: three.urls, quorum: 2 })
    const wallet = await world.wallet()
    const hash = await world.devnet.pay(wallet, '0.5')
    head = await world.height()
    await world.deposit(hash, 'detected')
    const looks = liar.faults
    await eventually(
      () => liar.faults,
      (count) => count > looks + 30,
    )
    expect(await workOf()).toEqual([])
    await eventually(scanner.problems, (problems) => problems.every((one) => one === undefined))
  })

  it('omits the logs of a block: the scanner reads another endpoint', async () => {
    const token = await world.token('plain-token', 'USDT')
    const wallet = await world.wallet()
    const scanner = world.scan({ tokens: [token], rpcUrls: three.urls, quorum: 2 })
    await world.mine(2)
    await world.caughtUp()
    three.proxies[0].fault('eth_getLogs', { kind: 'forge', change: () => [] })
    const hash = await world.devnet.payToken(token, wallet, 7n)
    await world.mine(2)
    await world.deposit(hash, 'waiting(queued)')
    const told = scanner.log.lines.map(({ fields }) => String((fields as Raw)['error']))
    expect(told.join()).toContain('left out transfers')
  })

  it('omits a new wallet’s transfers from a search: another endpoint is searched', async () => {
    const token = await world.token('plain-token', 'USDT')
    world.scan({ tokens: [token], rpcUrls: three.urls, quorum: 2 })
    const late = await world.wallet({ unlisted: true })
    const hash = await world.devnet.payToken(token, late, 7n)
    // 60 blocks are more than the newest blocks, which a backfill always reads whole.
    await world.mine(60)
    await world.caughtUp()
    const when = ({ params }: { readonly params: readonly unknown[] }) =>
      'fromBlock' in (params[0] as Raw)
    three.proxies[0].fault('eth_getLogs', { kind: 'forge', change: () => [] }, { when })
    await world.list(late)
    await world.deposit(hash, 'waiting(queued)')
  })

  it('returns a wrong base fee with a correct price: the quote has the median of each value', async () => {
    const { state } = quorumOf(world.anvil.chainId, three.urls)
    const honest = await state.feeQuote()
    three.proxies[0].fault('eth_getBlockByNumber', {
      kind: 'forge',
      change: (raw) => ({ ...(raw as Raw), baseFeePerGas: '0x174876e800' }),
    })
    expect(await state.feeQuote()).toEqual(honest)
  })

  it('estimates too little gas while another endpoint is down: the larger estimate is used', async () => {
    const { state } = quorumOf(world.anvil.chainId, three.urls)
    const { address, abi } = await world.token('plain-token', 'USDT')
    const args = [world.coldWallet, 1n]
    const data = encodeFunctionData({ abi, functionName: 'mint', args })
    const call = { from: world.keeper, to: toAddress(address), data, valueWei: 0n } as const
    const honest = await state.estimateGas(call)
    three.proxies[2].fault('*', { kind: 'break' })
    // The smallest accepted estimate is 21,000.
    three.proxies[0].fault('eth_estimateGas', { kind: 'forge', change: () => '0x5208' })
    expect(await state.estimateGas(call)).toEqual(honest)
  })

  it('forms a quorum with one other endpoint while the third returns unreadable receipts', async () => {
    const [, , third] = three.proxies
    third.fault('eth_getTransactionReceipt', {
      kind: 'forge',
      change: forgedReceipt((raw) => ({ ...raw, logs: null })),
    })
    world.scan({ rpcUrls: three.urls, quorum: 2 })
    const wallet = await world.wallet()
    const hash = await world.devnet.pay(wallet, '0.5')
    await world.mine(2)
    await world.deposit(hash, 'waiting(queued)')
  })

  it('returns a block with a wrong parent: the scanner leaves the endpoint and does not rewind', async () => {
    const [liar] = three.proxies
    const wallet = await world.wallet()
    const scanner = world.scan({ rpcUrls: three.urls, quorum: 2 })
    await world.mine(2)
    await world.caughtUp()
    const from = await world.height()
    liar.fault('eth_getBlockByNumber', {
      kind: 'forge',
      change: (honest, { params }) =>
        params[1] === true && BigInt(String((honest as Raw)['number'])) > from
          ? { ...(honest as Raw), parentHash: `0x${'ab'.repeat(32)}` }
          : honest,
    })
    const hash = await world.devnet.pay(wallet, '0.5')
    await world.mine(2)
    await world.deposit(hash, 'waiting(queued)')
    expect(scanner.metrics.counts.get('reorgs')).toBeUndefined()
  })
})
