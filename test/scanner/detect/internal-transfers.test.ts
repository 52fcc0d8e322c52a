import { encodeFunctionData, parseEther, RpcRequestError } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createChainReader } from '../../../adapters/viem/chain-reader.ts'
import { createChainNodes, createNodeClient } from '../../../adapters/viem/client.ts'
import { traceBlock } from '../../../adapters/viem/traces/trace-block.ts'
import type { Address } from '../../../domain/address.ts'
import type { ChainReader } from '../../../domain/chains/nodes/chain-reader.ts'
import type { Token } from '../../harness/devnet/devnet.ts'
import { aDevChain } from '../../harness/worlds/own-scanner.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

/** Returns a client that serves only Parity's `trace_block`, like a node without geth's traces. */
function flatOnly(url: string) {
  const client = createNodeClient({ url, timeoutMs: 5_000 })
  const request = async (asked: { method: string }) => {
    if (asked.method === 'trace_block') return await client.request(asked as never)
    const error = { code: -32601, message: 'the method does not exist' }
    throw new RpcRequestError({ body: asked, error, url })
  }
  return { request } as unknown as typeof client
}

describe('the scanner of internal transfers at a node that traces (MONEY 13)', () => {
  let world: ScanWorld
  let payer: Token
  beforeEach(async () => {
    world = await scanWorld()
    payer = await world.deploy('internal-payer', [])
  })
  afterEach(() => world.close())

  const scan = (around?: (reader: ChainReader) => ChainReader) => {
    const { anvil, coldWallet, keeper } = world
    const internalTransfers = 'trace' as const
    const chain = aDevChain({ id: anvil.chainId, coldWallet, keeper, internalTransfers })
    return world.scan({ chain, ...(around ? { around } : {}) })
  }
  /**
   * Calls the payer contract with 100 wei, and checks that the call succeeds.
   * @param from an impersonated sender. @default the devnet's payer
   */
  const send = async (name: string, to: Address | readonly Address[], from?: string) => {
    const [account] = (await world.devnet.request('eth_accounts')) as string[]
    const data = encodeFunctionData({ abi: payer.abi, functionName: name, args: [to] })
    const transaction = {
      from: from ?? account,
      to: payer.address,
      data,
      value: '0x64',
      gas: '0x7a120',
    }
    const hash = (await world.devnet.request('eth_sendTransaction', [transaction])) as Address
    expect((await world.receipt(hash)).status).toBe('0x1')
    return hash
  }
  const found = async () =>
    (await world.deposits()).map(({ id, amount, asset }) => [
      id.split(':').slice(1).join(':'),
      amount,
      asset,
    ])
  const settle = async () => {
    await world.mine(3)
    await world.caughtUp()
  }

  it('credits each internal payment as a deposit with its path in the call tree', async () => {
    const [one, two] = [await world.wallet(), await world.wallet()]
    const stranger = await world.wallet({ unlisted: true })
    scan()
    const many = await send('pay', [one, stranger, two, one])
    const deep = await send('payDeep', one)
    const end = await send('payByEnd', two)
    await settle()
    expect(await found()).toEqual([
      [`${many}:native-0`, '25', 'native'],
      [`${many}:native-2`, '25', 'native'],
      [`${many}:native-3`, '25', 'native'],
      [`${deep}:native-0.0`, '100', 'native'],
      [`${end}:native-0.0`, '100', 'native'],
    ])
    expect((await world.work()).map(({ route }) => route)).toEqual(
      Array(5).fill('Regular_Transactions'),
    )
    expect(await world.devnet.etherOf(one)).toBe(150n)
    expect(await world.devnet.etherOf(two)).toBe(125n)
  })

  it('credits no payment inside a failed call, even if the frame of the payment has no error', async () => {
    const wallet = await world.wallet()
    scan()
    await send('payAndUndo', wallet)
    const real = await send('payThrough', wallet)
    await settle()
    expect(await found()).toEqual([[`${real}:native-0`, '100', 'native']])
    expect(await world.devnet.etherOf(wallet)).toBe(100n)
  })

  it('credits no payment of the keeper through a contract, and records a payment to the keeper as a refill', async () => {
    const wallet = await world.wallet()
    await world.devnet.setEther(world.keeper, 5)
    await world.devnet.request('anvil_impersonateAccount', [world.keeper])
    scan()
    await send('payDeep', wallet, world.keeper)
    const refill = await send('payDeep', world.keeper)
    await settle()
    expect(await found()).toEqual([])
    const rows = await world.sql`select tx_hash, position, amount_wei from keeper_refills`
    expect(rows.map((row) => ({ ...row }))).toEqual([
      { tx_hash: refill, position: 'native-0.0', amount_wei: '100' },
    ])
  })

  it('gets the same deposit ids from Parity’s traces, so a rescan at another node adds no deposit', async () => {
    const wallet = await world.wallet()
    const first = scan()
    await send('pay', [wallet, wallet])
    await send('payDeep', wallet)
    await send('payAndUndo', wallet)
    await send('payByEnd', wallet)
    await settle()
    await first.stop()
    const seen = await found()
    expect(seen.length).toBe(4)
    const { chainId, url } = world.anvil
    const reader = createChainReader(chainId, createChainNodes({ chainId, urls: [url] }))
    const client = flatOnly(url)
    const flat: string[] = []
    for (let height = 1n; height <= (await world.height()); height += 1n) {
      const block = await reader.block(height)
      if (!block) throw new Error(`no block ${height}`)
      for (const internal of (await traceBlock(client, block))?.transfers ?? [])
        flat.push(
          `${internal.transactionHash}:native-${internal.path} ${internal.to} ${internal.value}`,
        )
    }
    expect(flat.filter((line) => line.includes(wallet))).toEqual(
      seen.map(([id, amount]) => `${id} ${wallet} ${amount}`),
    )
  })

  it('raises an alarm if the node cannot trace, and credits all other deposits', async () => {
    const wallet = await world.wallet()
    const blind = (reader: ChainReader): ChainReader => ({
      ...reader,
      internalTransfers: async () => undefined,
      pinned: () => blind(reader.pinned()),
    })
    const scanner = scan(blind)
    await send('payDeep', wallet)
    const plain = await world.devnet.pay(wallet, '1')
    await settle()
    expect(await found()).toEqual([[`${plain}:native`, parseEther('1').toString(), 'native']])
    const told = scanner.log.lines.filter(({ message }) => message.includes('cannot trace'))
    expect(told.length).toBe(1)
    expect(scanner.metrics.counts.get('blocks_not_traced')).toBeGreaterThan(0)
  })

  it('requests no trace of blocks that ran no code, and no trace at all if tracing is off', async () => {
    const wallet = await world.wallet()
    let asked = 0
    const counting = (reader: ChainReader): ChainReader => ({
      ...reader,
      internalTransfers: (block) => {
        asked += 1
        return reader.internalTransfers(block)
      },
      pinned: () => counting(reader.pinned()),
    })
    const first = scan(counting)
    const [from] = (await world.devnet.request('eth_accounts')) as string[]
    const plain = { from, to: wallet, value: '0x5', gas: '0x5208' }
    await world.devnet.request('eth_sendTransaction', [plain])
    await settle()
    await first.stop()
    // The only traced block is the block that deployed the payer contract.
    expect(asked).toBe(1)
    world.scan({ around: counting })
    await send('payDeep', wallet)
    await settle()
    expect(asked).toBe(1)
  })
})
