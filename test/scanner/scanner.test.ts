import { getAddress, parseEther } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { drawAddress } from '../harness/factories/seed-rows.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { aDevChain } from '../harness/worlds/own-scanner.ts'
import { type ScanWorld, scanWorld } from '../harness/worlds/scan-world.ts'

describe('the scanner of a chain', () => {
  let world: ScanWorld
  beforeEach(async () => {
    world = await scanWorld()
  })
  afterEach(() => world.close())

  it('detects a native deposit, confirms it when its block is final, and hands it over once', async () => {
    const wallet = await world.wallet()
    world.scan()
    const hash = await world.devnet.pay(wallet, '1.5')
    const seen = await world.deposit(hash, 'detected')
    expect(seen).toMatchObject({
      id: `${world.anvil.chainId}:${hash}:native`,
      asset: 'native',
      wallet,
      amount: parseEther('1.5').toString(),
    })
    await world.mine()
    await world.deposit(hash, 'confirming')
    expect(await world.work()).toEqual([])
    await world.mine()
    await world.deposit(hash, 'waiting(queued)')
    await world.mine(3)
    await world.caughtUp()
    expect(await world.work()).toEqual([
      {
        route: 'Regular_Transactions',
        body: {
          v: 1,
          depositId: seen.id,
          chainId: world.anvil.chainId,
          asset: 'ETH',
          kind: 'native',
          wallet: getAddress(wallet),
          amount: parseEther('1.5').toString(),
          decimals: 18,
        },
      },
    ])
    expect((await world.events('deposit.detected')).map((e) => [e.depositId, e.seq])).toEqual([
      [seen.id, 1],
    ])
    expect((await world.events('deposit.confirmed')).map((e) => [e.depositId, e.seq])).toEqual([
      [seen.id, 2],
    ])
    const heights = (await world.events('chain.block')).map((e) => e.seq)
    expect(heights).toEqual(Array.from({ length: heights.length }, (_, i) => i + 1))
  })

  it('uses the place of the log within its transaction as the position of a token deposit', async () => {
    const { devnet } = world
    const token = await world.token('plain-token', 'USDT')
    const silent = await world.token('silent-token', 'USDS')
    const fee = await world.deploy('fee-token', ['FEE', 'FEE', 18, 100n])
    const unlisted = await world.token('plain-token', 'SPAM')
    const wallet = await world.wallet()
    const stranger = await world.wallet({ unlisted: true })
    world.scan({ tokens: [token, silent, fee] })
    const paid = await devnet.payToken(token, wallet, 7n)
    const quiet = await devnet.payToken(silent, wallet, 8n)
    // The first log pays the fee to the token's owner. The second log pays the rest to the wallet.
    const lessFee = await devnet.payToken(fee, wallet, 1000n)
    await devnet.payToken(unlisted, wallet, 9n)
    await devnet.payToken(token, stranger, 10n)
    const minted = await devnet.call(token, 'mint', [wallet, 11n])
    await world.mine(2)
    await world.caughtUp()
    expect((await world.deposits()).map(({ id, asset, amount }) => [id, asset, amount])).toEqual([
      [`${devnet.chainId}:${paid}:0`, token.address.toLowerCase(), '7'],
      [`${devnet.chainId}:${quiet}:0`, silent.address.toLowerCase(), '8'],
      [`${devnet.chainId}:${lessFee}:1`, fee.address.toLowerCase(), '990'],
      [`${devnet.chainId}:${minted}:0`, token.address.toLowerCase(), '11'],
    ])
    expect((await world.work()).map(({ route }) => route)).toEqual(Array(4).fill('Gas_Collection'))
  })

  it('credits no log that only looks like a transfer, even of a listed contract (MONEY 13)', async () => {
    const { devnet } = world
    const listed = await world.deploy('impostor-emitter', [])
    const wallet = await world.wallet()
    world.scan({ tokens: [listed] })
    const payer = drawAddress()
    for (const shape of ['emitIndexedValue', 'emitUnindexed', 'emitLongData', 'emitTransfer']) {
      await devnet.call(listed, shape, [payer, wallet, shape === 'emitTransfer' ? 0n : 5n])
    }
    await devnet.call(listed, 'emitNoData', [payer, wallet])
    await devnet.call(listed, 'emitTransfer', [wallet, wallet, 5n])
    const real = await devnet.call(listed, 'emitTransfer', [payer, wallet, 6n])
    await world.deposit(real, 'detected')
    await world.mine(2)
    await world.caughtUp()
    expect((await world.deposits()).map(({ id }) => id)).toEqual([`${devnet.chainId}:${real}:0`])
  })

  it('stores no deposit for a failed transfer, a zero value or a keeper’s payment, and stores refills of keepers', async () => {
    const { devnet, keeper } = world
    const wallet = await world.wallet()
    const token = await world.token('plain-token', 'USDT')
    // The wallet's code refuses payments, so the transfer is mined with status 0.
    const refusing = await world.wallet()
    const code = await devnet.request('eth_getCode', [token.address, 'latest'])
    await devnet.request('anvil_setCode', [refusing, code])
    await devnet.setEther(keeper, 5)
    await devnet.request('anvil_impersonateAccount', [keeper])
    const [payer] = (await devnet.request('eth_accounts')) as [string]
    world.scan({ tokens: [token] })
    const send = async (from: string, to: string, value: number) => {
      const transaction = { from, to, value: `0x${value.toString(16)}`, gas: '0x30d40' }
      const hash = await devnet.request('eth_sendTransaction', [transaction])
      return (await world.receipt(hash)).status
    }
    expect(await send(payer, refusing, 5)).toBe('0x0')
    expect(await send(payer, wallet, 0)).toBe('0x1')
    expect(await send(keeper, wallet, 5)).toBe('0x1')
    expect(await send(keeper, keeper, 5)).toBe('0x1')
    const refill = await devnet.pay(keeper, '2')
    await world.mine(2)
    await world.caughtUp()
    expect(await world.deposits()).toEqual([])
    const refills = await world.sql`select tx_hash, keeper, amount_wei from keeper_refills`
    expect(refills.map((row) => ({ ...row }))).toEqual([
      { tx_hash: refill, keeper, amount_wei: parseEther('2').toString() },
    ])
  })

  it('confirms by the node’s finalized tag, and raises an alarm if the tag stops', async () => {
    const wallet = await world.wallet()
    const { anvil, coldWallet, keeper } = world
    const finality = { tag: 'finalized' } as const
    const chain = aDevChain({ id: anvil.chainId, coldWallet, keeper, finality })
    const scanner = world.scan({ chain, tuning: { stallMs: 300 } })
    const hash = await world.devnet.pay(wallet, '1')
    await world.deposit(hash, 'detected')
    await eventually(
      () => scanner.log.lines.map(({ message }) => message),
      (messages) => messages.some((message) => message.includes('final height has stopped')),
    )
    expect(await world.work()).toEqual([])
    // With one slot an epoch, anvil's finalized block is two blocks behind its newest block.
    await world.mine(2)
    await world.deposit(hash, 'waiting(queued)')
  })

  it('continues from its cursor after a restart, without gaps or repeats', async () => {
    const wallet = await world.wallet()
    const first = world.scan()
    const before = await world.devnet.pay(wallet, '1')
    await world.deposit(before, 'detected')
    await first.stop()
    const meanwhile = await world.devnet.pay(wallet, '2')
    await world.mine(10)
    world.scan()
    await world.deposit(before, 'waiting(queued)')
    await world.deposit(meanwhile, 'waiting(queued)')
    expect(await world.work()).toHaveLength(2)
    const heights = (await world.events('chain.block')).map((e) => e.seq)
    expect(heights).toEqual(Array.from({ length: heights.length }, (_, i) => i + 1))
  })

  it('finds deposits that a wallet received long before the central table listed it', async () => {
    const token = await world.token('plain-token', 'USDT')
    const late = await world.wallet({ unlisted: true })
    const onlyTokens = await world.wallet({ unlisted: true })
    world.scan({ tokens: [token] })
    const coin = await world.devnet.pay(late, '1')
    const tokens = await world.devnet.payToken(token, late, 5n)
    const alone = await world.devnet.payToken(token, onlyTokens, 6n)
    await world.mine(120)
    await world.caughtUp()
    expect(await world.deposits()).toEqual([])
    await world.list(onlyTokens)
    await world.deposit(alone, 'waiting(queued)')
    await world.list(late)
    await world.deposit(coin, 'waiting(queued)')
    await world.deposit(tokens, 'waiting(queued)')
    expect(await world.work()).toHaveLength(3)
  })

  it('backfills only lateWalletBlocks if the central table was always readable', async () => {
    const late = await world.wallet({ unlisted: true })
    world.scan({ lateWalletBlocks: 10 })
    const old = await world.devnet.pay(late, '1')
    await world.mine(30)
    const recent = await world.devnet.pay(late, '2')
    await world.mine(3)
    await world.caughtUp()
    // Waits until a whole read of the table is stored that began at the height of the cursor.
    await eventually(
      async () => (await world.sql`select wallets_height, height from scan_cursors`)[0],
      (row) => row?.['wallets_height'] === row?.['height'],
    )
    await world.list(late)
    await world.deposit(recent, 'waiting(queued)')
    expect((await world.deposits()).map(({ id }) => id)).not.toContain(
      `${world.anvil.chainId}:${old}:native`,
    )
  })
})
