import { encodeFunctionData, parseEther } from 'viem'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createChainReader } from '../../../adapters/viem/chain-reader.ts'
import { createChainNodes } from '../../../adapters/viem/client.ts'
import { largeBodyBytes } from '../../../adapters/viem/transport/read-body.ts'
import type { Hash } from '../../../domain/address.ts'
import type { ChainReader } from '../../../domain/chains/nodes/chain-reader.ts'
import type { Token } from '../../harness/devnet/devnet.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { aDevChain } from '../../harness/worlds/own-scanner.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

/** viem's default limit of an answer. With this limit, a larger answer would stop the scan. */
const oldLimit = 10 * 1024 * 1024

// A third party can fill a block up to its gas limit. Such a block must not stop the scan.
describe('the scanner with answers above 10 MiB that a third party can cause', () => {
  let world: ScanWorld
  let flooder: Token
  let sender: string
  beforeEach(async () => {
    world = await scanWorld({ args: ['--gas-limit', '300000000'] })
    flooder = await world.deploy('flooder', [])
    ;[sender = ''] = (await world.devnet.request('eth_accounts')) as string[]
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await world.close()
  })

  /**
   * Starts a scanner with a long timeout: on a slow machine, anvil takes longer to write a large
   * answer than the default timeout allows.
   */
  const scan: ScanWorld['scan'] = (options) => world.scan({ nodeTimeoutMs: 60_000, ...options })

  /**
   * Sends a transaction and waits until it has a block number. It does not wait for the receipt,
   * because viem's clients cannot read large receipts.
   */
  async function send(transaction: object): Promise<Hash> {
    const request = { from: sender, gas: '0x8f0d180', ...transaction }
    const hash = (await world.devnet.request('eth_sendTransaction', [request])) as Hash
    await eventually(
      () => world.devnet.request('eth_getTransactionByHash', [hash]),
      (found) => (found as { blockNumber: string | null } | null)?.blockNumber != null,
    )
    return hash
  }
  const call = (name: string, args: readonly unknown[], value = 0n) =>
    send({
      to: flooder.address,
      data: encodeFunctionData({ abi: flooder.abi, functionName: name, args }),
      value: `0x${value.toString(16)}`,
    })
  const sizeOf = async (method: string, params: readonly unknown[]) => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(world.anvil.url, { method: 'POST', headers, body })
    return (await answer.arrayBuffer()).byteLength
  }
  const found = async () => (await world.deposits()).map(({ id, amount }) => [id, amount])
  const settle = async () => {
    await world.mine(3)
    await world.caughtUp()
  }

  it('credits a deposit that follows 30,500 empty logs in a receipt, with its place, and later deposits', async () => {
    const token = await world.token('plain-token', 'USDT')
    const wallet = await world.wallet()
    await world.devnet.call(token, 'mint', [flooder.address, 9n])
    scan({ tokens: [token] })
    const flood = await call('flood', [30_500n, token.address, wallet, 9n])
    const later = await world.devnet.payToken(token, wallet, 7n)
    await settle()
    expect(await sizeOf('eth_getTransactionReceipt', [flood])).toBeGreaterThan(oldLimit)
    const { chainId } = world.anvil
    expect(await found()).toEqual([
      [`${chainId}:${flood}:30500`, '9'],
      [`${chainId}:${later}:0`, '7'],
    ])
    await world.deposit(flood, 'waiting(queued)')
  })

  it('accepts a receipt with 30,500 empty logs by quorum, without an unread row', async () => {
    const token = await world.token('plain-token', 'USDT')
    const wallet = await world.wallet()
    await world.devnet.call(token, 'mint', [flooder.address, 9n])
    const { url } = world.anvil
    scan({ tokens: [token], rpcUrls: [url, url, url], quorum: 2 })
    const flood = await call('flood', [30_500n, token.address, wallet, 9n])
    await settle()
    await world.deposit(flood, 'waiting(queued)', '30500')
    expect([...(await world.sql`select * from unread_transactions`)]).toEqual([])
  })

  it('finds the deposit in a block with 6 MB of unrelated calldata', async () => {
    const wallet = await world.wallet()
    scan()
    await world.devnet.request('evm_setAutomine', [false])
    // anvil accepts requests of up to 2 MB, so several transactions fill the block.
    const data = `0x${'00'.repeat(900_000)}`
    for (let i = 0; i < 7; i += 1) {
      const transaction = { from: sender, to: flooder.address, data, gas: '0x1312d00' }
      await world.devnet.request('eth_sendTransaction', [transaction])
    }
    const [, payer] = (await world.devnet.request('eth_accounts')) as string[]
    const value = `0x${parseEther('1').toString(16)}`
    const paid = await world.devnet.request('eth_sendTransaction', [
      { from: payer, to: wallet, value },
    ])
    await world.mine()
    const height = `0x${(await world.height()).toString(16)}`
    expect(await sizeOf('eth_getBlockByNumber', [height, true])).toBeGreaterThan(oldLimit)
    await world.devnet.request('evm_setAutomine', [true])
    await settle()
    expect(await found()).toEqual([
      [`${world.anvil.chainId}:${paid}:native`, parseEther('1').toString()],
    ])
  })

  it('finds an internal transfer in a block whose traces repeat calldata', async () => {
    const wallet = await world.wallet()
    const { anvil, coldWallet, keeper } = world
    const internalTransfers = 'trace' as const
    scan({ chain: aDevChain({ id: anvil.chainId, coldWallet, keeper, internalTransfers }) })
    const paid = await call('repeat', [70n, 100_000n, wallet], 5n)
    await settle()
    const tracer = { tracer: 'callTracer' }
    expect(await sizeOf('debug_traceTransaction', [paid, tracer])).toBeGreaterThan(oldLimit)
    expect(await found()).toEqual([[`${anvil.chainId}:${paid}:native-70`, '5']])
  })

  it('measures head and lag while blocks cannot be read', async () => {
    const failing = (reader: ChainReader): ChainReader => ({
      ...reader,
      async block() {
        throw new Error('no block today')
      },
      pinned: () => failing(reader.pinned()),
    })
    const scanner = scan({ around: failing })
    const gauge = (name: string) => scanner.metrics.gauges.get(name)
    await world.mine(5)
    const before = Number(await world.height())
    await eventually(
      async () => gauge('chain_head'),
      (seen) => seen === before,
    )
    await world.mine(5)
    const head = Number(await world.height())
    await eventually(
      async () => [gauge('chain_head'), gauge('scan_lag_blocks')],
      ([seen, lag]) => seen === head && Number(lag) >= 10,
    )
  })

  it('reads eight concurrent large receipts one at a time', async ({ annotate }) => {
    const token = await world.token('plain-token', 'USDT')
    const wallet = await world.wallet()
    await world.devnet.call(token, 'mint', [flooder.address, 9n])
    const flood = await call('flood', [30_500n, token.address, wallet, 9n])
    const { chainId, url } = world.anvil
    const nodes = createChainNodes({ chainId, urls: [url], timeoutMs: 60_000 })
    const reader = createChainReader(chainId, nodes)
    const reading = countLargeBodies()
    const before = process.memoryUsage().rss
    const receipts = await Promise.all([...Array(8).keys()].map(() => reader.receipt(flood)))
    const grown = (process.memoryUsage().rss - before) / 1024 / 1024
    for (const receipt of receipts) {
      expect([receipt?.logCount, receipt?.logs.map(({ place }) => place)]).toEqual([
        30_501,
        [30_500],
      ])
    }
    expect(reading).toEqual({ now: 0, most: 1, total: 8 })
    // The limit is coarse, because memory depends on garbage collection. The count above is exact.
    expect(grown).toBeLessThan(500)
    await annotate(JSON.stringify({ grownMiB: Math.round(grown) }))
  })
})

/** Counts the concurrent reads of `fetch` bodies that exceed `largeBodyBytes`. */
function countLargeBodies() {
  const reading = { now: 0, most: 0, total: 0 }
  const fetchAsEver = globalThis.fetch
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (...question) => {
    const answer = await fetchAsEver(...question)
    return answer.body ? new Response(counted(answer.body, reading), answer) : answer
  })
  return reading
}

/** Copies a body, and counts the body in `reading` once it exceeds `largeBodyBytes`. */
function counted(body: ReadableStream<Uint8Array>, reading: ReturnType<typeof countLargeBodies>) {
  const reader = body.getReader()
  let bytes = 0
  let isLarge = false
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (bytes > largeBodyBytes && !isLarge) {
          isLarge = true
          reading.now += 1
          reading.total += 1
          reading.most = Math.max(reading.most, reading.now)
        }
        const { done, value } = await reader.read()
        if (value) {
          bytes += value.length
          return controller.enqueue(value)
        }
        if (done && isLarge) reading.now -= 1
        controller.close()
      },
    },
    // The stream requests a chunk only when its reader requests one.
    { highWaterMark: 0 },
  )
}
