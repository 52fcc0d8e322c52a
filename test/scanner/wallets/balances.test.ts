import { encodeFunctionData } from 'viem'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createBalanceBook } from '../../../adapters/drizzle/scan/balance-book.ts'
import type { Address } from '../../../domain/address.ts'
import { type OwnLedger, ownLedger } from '../../harness/benches/own-ledger.ts'
import {
  drawAddress,
  drawHash,
  seedDeposit,
  seedSweep,
  seedTransaction,
} from '../../harness/factories/seed-rows.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { aDevChain } from '../../harness/worlds/own-scanner.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

describe('internal transfers to user wallets without a tracing node (MONEY 23)', () => {
  let world: ScanWorld
  beforeEach(async () => {
    world = await scanWorld()
  })
  afterEach(() => world.close())

  const scan = (internalTransfers: 'balance' | 'off') => {
    const { anvil, coldWallet, keeper } = world
    const chain = aDevChain({ id: anvil.chainId, coldWallet, keeper, internalTransfers })
    return world.scan({ chain, tuning: { balancePollMs: 100 } })
  }
  async function payInside(wallet: Address) {
    const payer = await world.deploy('internal-payer', [])
    const [from] = (await world.devnet.request('eth_accounts')) as [string]
    const data = encodeFunctionData({ abi: payer.abi, functionName: 'payDeep', args: [wallet] })
    const call = { from, to: payer.address, data, value: '0x64', gas: '0x7a120' }
    const hash = await world.devnet.request('eth_sendTransaction', [call])
    await world.receipt(hash)
    return await world.height()
  }

  it('raise an alarm with wallet, amount and block, without a deposit', async () => {
    const wallet = await world.wallet()
    const scanner = scan('balance')
    const plain = await world.devnet.pay(wallet, '1')
    await world.mine(3)
    const paidIn = await payInside(wallet)
    await world.mine(4)
    const [told] = await eventually(
      () => world.events('wallet.unexplained'),
      (events) => events.length > 0,
    )
    expect(told).toMatchObject({
      seq: Number(paidIn),
      data: {
        amountWei: '100',
        afterBlock: Number(paidIn) - 1,
        blockNumber: Number(paidIn),
        origin: 'after-start',
      },
    })
    expect(String(told?.data['wallet']).toLowerCase()).toBe(wallet)
    expect((await world.deposits()).map(({ id }) => id.split(':')[1])).toEqual([plain])
    await eventually(
      () => scanner.metrics.gauges.get('wallets_with_unexplained_coin'),
      (count) => count === 1,
    )
    const lines = scanner.log.lines.filter(({ message }) => message.includes('no row explains'))
    expect(lines[0]).toMatchObject({ level: 'error' })
    await world.mine(2)
    await world.caughtUp()
    expect((await world.events('wallet.unexplained')).length).toBe(1)
  })

  it('are distinguished from native coin from before startBlock, whose alarm shows adopt-balance', async () => {
    const wallet = await world.wallet()
    await world.devnet.pay(wallet, '1')
    await world.mine(2)
    const start = (await world.height()) + 1n
    await world.mine(1)
    const { anvil, coldWallet, keeper } = world
    const given = { id: anvil.chainId, coldWallet, keeper, startBlock: start }
    const chain = aDevChain({ ...given, internalTransfers: 'balance' })
    const scanner = world.scan({ chain, tuning: { balancePollMs: 100 } })
    await world.mine(4)
    const [told] = await eventually(
      () => world.events('wallet.unexplained'),
      (events) => events.length > 0,
    )
    const before = Number(start) - 1
    expect(told?.data).toMatchObject({
      amountWei: '1000000000000000000',
      afterBlock: 0,
      blockNumber: before,
      origin: 'before-start',
    })
    const alarms = () =>
      scanner.log.lines.filter(({ message }) => message.includes('from before startBlock'))
    const [alarm] = await eventually(alarms, (lines) => lines.length > 0)
    expect(alarm?.fields).toMatchObject({
      command: expect.stringContaining(`rescan --chain ${anvil.chainId} --from 1 --to ${before} `),
      adopt: expect.stringContaining(`adopt-balance --chain ${anvil.chainId} --wallet ${wallet} `),
    })
  })

  it('raise one alarm in each poll, and one event for each of many wallets', async () => {
    const wallets = [await world.wallet(), await world.wallet(), await world.wallet()]
    for (const wallet of wallets) await payInside(wallet)
    await world.mine(4)
    const scanner = scan('balance')
    await eventually(
      () => world.events('wallet.unexplained'),
      (events) => events.length === wallets.length,
    )
    const alarms = () =>
      scanner.log.lines.filter(({ message }) => message.includes('no row explains'))
    await eventually(alarms, (lines) => lines.length > 0)
    expect(alarms()).toMatchObject([{ level: 'error', fields: { wallets: wallets.length } }])
  })

  it('raise no alarm if deposits explain the balance, or if the balance watch is off', async () => {
    const wallet = await world.wallet()
    const first = scan('balance')
    await world.devnet.pay(wallet, '1')
    await world.mine(3)
    await eventually(
      () => first.metrics.gauges.get('wallets_with_unexplained_coin'),
      (count) => count === 0,
    )
    await world.caughtUp()
    await first.stop()
    expect(await world.events('wallet.unexplained')).toEqual([])
    const second = scan('off')
    await payInside(wallet)
    await world.mine(3)
    await world.caughtUp()
    expect(second.metrics.gauges.get('wallets_with_unexplained_coin')).toBeUndefined()
    expect(await world.events('wallet.unexplained')).toEqual([])
  })
})

describe('the explained balance of a wallet, computed from its rows', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  const at = async (wallet: string, height: bigint) =>
    (await createBalanceBook(ledger.db).explained(56, [wallet as Address], height)).get(
      wallet as Address,
    )

  it('is the sum of deposits and gas up to the block, minus the amounts and fees of the wallet’s transactions', async () => {
    const wallet = drawAddress()
    // Both native deposits are in block 100.
    await seedDeposit(ledger.sql, { wallet, amount: '1000' })
    await seedDeposit(ledger.sql, { wallet, amount: '7', state: 'orphaned' })
    await seedDeposit(ledger.sql, { wallet, amount: '9', asset: drawAddress() })
    const sweepId = await seedSweep(ledger.sql, { wallet })
    const fee = 21_000n * 1_000_000_000n
    const gas = { sweepId, step: 'gas', sender: drawAddress(), state: 'succeeded' } as const
    const valueWei = (fee + 50n).toString()
    await seedTransaction(ledger.sql, { ...gas, valueWei, minedBlock: 110 })
    await ledger.sql`update transactions set "to" = ${wallet} where sweep_id = ${sweepId}`
    await ledger.sql`update attempts set value_wei = ${valueWei} where transaction_key = ${`${sweepId}:gas:1`}`
    const own = { sweepId, step: 'sweep', sender: wallet, state: 'succeeded' } as const
    await seedTransaction(ledger.sql, { ...own, valueWei: '900', minedBlock: 120 })
    // The bump moved less value than the first attempt.
    await ledger.sql`update attempts set value_wei = 800 where transaction_key = ${`${sweepId}:sweep:1`}`
    expect(await at(wallet, 99n)).toBe(0n)
    expect(await at(wallet, 100n)).toBe(1_000n)
    expect(await at(wallet, 110n)).toBe(1_050n + fee)
    expect(await at(wallet, 120n)).toBe(250n)
    await ledger.sql`update transactions set state = 'live', mined_block = null where sender = ${wallet}`
    expect(await at(wallet, 120n)).toBeUndefined()
  })

  it('includes a sweep and gas whose rows were lost, before and after recover adopts them (MONEY 22)', async () => {
    const wallet = drawAddress()
    const keeper = drawAddress()
    await seedDeposit(ledger.sql, { wallet, amount: '1000' })
    await ledger.sql`insert into chains ${ledger.sql({ id: 56, name: 'bsc', cold_wallet: drawAddress() })} on conflict do nothing`
    await ledger.sql`insert into keepers ${ledger.sql({ chain_id: 56, address: keeper })}`
    const lost = (row: Record<string, unknown>) =>
      ledger.sql`insert into foreign_transactions ${ledger.sql({ chain_id: 56, nonce: 3, hash: drawHash(), block_number: 120, fee_wei: 10, ok: true, ...row })}`
    await lost({ sender: keeper, to: wallet, value_wei: 50 })
    await lost({ sender: wallet, to: drawAddress(), value_wei: 900 })
    expect(await at(wallet, 119n)).toBe(1_000n)
    expect(await at(wallet, 120n)).toBe(140n)
    await ledger.sql`update foreign_transactions set adopted_by = 'ann', adopted_at = now()`
    expect(await at(wallet, 120n)).toBe(140n)
  })
})
