import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../adapters/drizzle/database.ts'
import { createDepositOrders } from '../../../adapters/drizzle/sweeps/deposit-orders.ts'
import type { Address } from '../../../domain/address.ts'
import type { Tolerance } from '../../../domain/chains/asset.ts'
import type { Token } from '../../harness/devnet/devnet.ts'
import { type OwnBalancer, ownBalancer } from '../../harness/proxies/own-balancer.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { aDevChain } from '../../harness/worlds/own-scanner.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

/**
 * Tests which credits of real kinds of tokens the scanner holds, because no balance backs them
 * (MONEY 24).
 */
describe('the backing of token credits', () => {
  let world: ScanWorld
  let node: OwnBalancer | undefined
  beforeEach(async () => {
    world = await scanWorld()
    node = undefined
  })
  afterEach(async () => {
    await world.close()
    await node?.close()
  })

  const states = async () =>
    (await world.deposits()).map(({ amount, state, reason }) =>
      `${amount} ${state} ${reason}`.trim(),
    )
  const become = (expected: readonly string[]) =>
    eventually(states, (found) => JSON.stringify(found) === JSON.stringify(expected))
  const scan = (token: Token, tolerance?: Tolerance, url = world.anvil.url) => {
    const { anvil, coldWallet, keeper } = world
    const chain = aDevChain({ id: anvil.chainId, coldWallet, keeper, tokens: [token] })
    const tokens = chain.tokens.map((one) => (tolerance ? { ...one, tolerance } : one))
    return world.scan({ chain: { ...chain, tokens }, rpcUrls: [url] })
  }
  /** Opens a proxy that changes the node's balance answers, and returns its URL. */
  const withBalances = async (change: (block: unknown) => 'zero' | 'refuse' | 'as it is') => {
    node = await ownBalancer(world.anvil.url, {
      change({ method, params }, answer) {
        if (method !== 'eth_call') return answer
        const how = change(params[1])
        if (how === 'refuse') return { error: { code: -32000, message: 'missing trie node' } }
        return how === 'zero' ? { result: `0x${'0'.repeat(64)}` } : answer
      },
    })
    return node.url
  }

  it('holds a credit whose log hides a fee, and confirms the credit once the tolerance allows the fee', async () => {
    const token = await world.token('phantom-token', 'FEE')
    const wallet = await world.wallet()
    const scanner = scan(token)
    await world.devnet.call(token, 'phantoms', [wallet, 1_000n, 1n])
    await world.devnet.call(token, 'setBalance', [wallet, 980n])
    await world.mine(3)
    await become(['1000 confirming unbacked'])
    await scanner.stop()
    scan(token, { kind: 'share', parts: 2_000_000n })
    await become(['1000 waiting queued'])
  })

  it.each<['rebase-token' | 'plain-token' | 'silent-token', string]>([
    ['plain-token', 'an ordinary token'],
    ['silent-token', 'a token that returns nothing'],
    ['rebase-token', 'a token that rounds shares'],
  ])('%s: confirms each credit without a doubt (%s)', async (contract) => {
    const token = await world.token(contract, 'TKN')
    const wallet = await world.wallet()
    // A token that counts in shares loses one unit in each credit, by rounding.
    const isRounding = contract === 'rebase-token'
    const rebase = (worth: bigint) => isRounding && world.devnet.call(token, 'rebase', [worth])
    const pay = (amount: bigint) =>
      isRounding
        ? world.devnet.call(token, 'mint', [wallet, amount])
        : world.devnet.payToken(token, wallet, amount)
    await rebase(1_234_567_890_123_456_789n)
    scan(token)
    await pay(10n ** 18n)
    await rebase(1_034_567_890_123_456_789n)
    await pay(10n ** 18n + 7n)
    await world.mine(3)
    await become(['1000000000000000000 waiting queued', '1000000000000000007 waiting queued'])
    expect(await world.sql`select distinct backing from deposits`).toEqual([{ backing: null }])
  })

  it('waits while the node lacks the state, then confirms by the wallet’s balance (backing level)', async () => {
    const token = await world.token('plain-token', 'TKN')
    const wallet = await world.wallet()
    let refuses = true
    scan(token, undefined, await withBalances(() => (refuses ? 'refuse' : 'as it is')))
    await world.devnet.payToken(token, wallet, 40n)
    await world.mine(3)
    await become(['40 confirming rpc-quorum'])
    refuses = false
    await become(['40 waiting queued'])
    expect(await world.sql`select backing from deposits`).toEqual([{ backing: 'level' }])
  })

  it('confirms a credit with backing unknown after six failed balance reads', async () => {
    const token = await world.token('plain-token', 'TKN')
    const wallet = await world.wallet()
    const scanner = scan(token, undefined, await withBalances(() => 'refuse'))
    await world.devnet.payToken(token, wallet, 40n)
    await world.mine(3)
    let lastDetail = ''
    const [row] = await eventually(
      async () => {
        const rows = await world.sql`select state, detail, backing from deposits`
        if (rows[0]?.['detail']) lastDetail = rows[0]['detail']
        return rows
      },
      ([seen]) => seen?.['state'] === 'waiting',
    )
    // The sixth try ends the wait and clears the detail.
    expect(lastDetail).toContain('(try 5 of 6)')
    expect(row?.['backing']).toBe('unknown')
    expect(scanner.metrics.counts.get('backing_unknown')).toBe(1)
  })

  it('confirms by the current balance if the node answers 0 for old blocks', async () => {
    const token = await world.token('plain-token', 'TKN')
    const late = await world.wallet({ unlisted: true })
    const hash = await world.devnet.payToken(token, late, 40n)
    const old = await blockOf(hash)
    await world.mine(60)
    const isOld = (block: unknown) => JSON.stringify(block).includes(old)
    scan(token, undefined, await withBalances((block) => (isOld(block) ? 'zero' : 'as it is')))
    await world.caughtUp()
    await world.list(late)
    await become(['40 waiting queued'])
    expect(await world.sql`select backing from deposits`).toEqual([{ backing: 'level' }])
  })

  it('confirms a credit whose wallet was emptied after the scanner detected the credit', async () => {
    const token = await world.token('phantom-token', 'TKN')
    const wallet = await world.wallet()
    scan(token)
    await world.devnet.payToken(token, wallet, 40n)
    await world.caughtUp()
    await world.devnet.call(token, 'setBalance', [wallet, 0n])
    await world.mine(3)
    await become(['40 waiting queued'])
  })

  it('credits an unbacked deposit after approve, and rejects it permanently after skip', async () => {
    const token = await world.token('phantom-token', 'TKN')
    const [approved, skipped] = [await world.wallet(), await world.wallet()]
    scan(token)
    await world.devnet.call(token, 'phantomEach', [[approved, skipped], 40n])
    await world.mine(3)
    await become(['40 confirming unbacked', '40 confirming unbacked'])
    await order('approve', approved)
    await order('skip', skipped)
    await become(['40 waiting queued', '40 ignored rejected by ann'])
    // The rejected deposit does not delay the next credit of its wallet.
    await world.devnet.payToken(token, skipped, 7n)
    await world.mine(3)
    await become(['40 waiting queued', '40 ignored rejected by ann', '7 waiting queued'])
  })

  it('checks the backing again in the new block after a reorg', async () => {
    const token = await world.token('phantom-token', 'TKN')
    const wallet = await world.wallet()
    scan(token)
    const snapshot = await world.devnet.request('evm_snapshot')
    await world.devnet.call(token, 'phantoms', [wallet, 40n, 1n])
    await world.mine(3)
    await become(['40 confirming unbacked'])
    await world.devnet.request('evm_revert', [snapshot])
    await world.mine(2)
    await world.devnet.payToken(token, wallet, 40n)
    await world.mine(4)
    await become(['40 orphaned', '40 waiting queued'])
  })

  async function blockOf(hash: string): Promise<string> {
    const receipt = await world.devnet.request('eth_getTransactionReceipt', [hash])
    return String((receipt as Record<string, unknown>)['blockHash'])
  }

  async function order(name: 'approve' | 'skip', wallet: Address): Promise<void> {
    const [row] = await world.sql`select id from deposits where wallet = ${wallet}`
    const database = openDatabase(world.databaseUrl, { applicationName: 'test', max: 1 })
    const orders = createDepositOrders(database.db)
    const answer = await orders[name](String(row?.['id']), { operator: 'ann', reason: 'seen' })
    expect(answer.kind).toBe('done')
    await database.close()
  }
})
