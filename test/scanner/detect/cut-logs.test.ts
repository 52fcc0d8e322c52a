import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Address, Hash } from '../../../domain/address.ts'
import type { Token } from '../../harness/devnet/devnet.ts'
import { inOneBlock } from '../../harness/devnet/in-one-block.ts'
import { type OwnBalancer, ownBalancer } from '../../harness/proxies/own-balancer.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

const nobody: Address = `0x${'77'.repeat(20)}`

interface RawLog {
  readonly topics: readonly string[]
  readonly address: string
}

/**
 * Tests nodes that omit logs from an answer without an error (hiero-json-rpc-relay #673, vechain
 * #1049, smartbch #54).
 */
describe('log searches at a node that cuts off answers', () => {
  let world: ScanWorld
  const nodes: OwnBalancer[] = []
  beforeEach(async () => {
    world = await scanWorld()
  })
  afterEach(async () => {
    await world.close()
    for (const node of nodes.splice(0)) await node.close()
  })

  /**
   * Opens a proxy that passes the logs of each search through `cut`. Returns the URL of the proxy.
   */
  async function cutting(cut: (logs: readonly RawLog[]) => readonly RawLog[]): Promise<string> {
    const node = await ownBalancer(world.anvil.url, {
      change: ({ method }, answer) =>
        method === 'eth_getLogs' && answer.result
          ? { result: cut(answer.result as RawLog[]) }
          : answer,
    })
    nodes.push(node)
    return node.url
  }
  const noise = (token: Token, count: number) => ({
    token,
    call: 'phantoms',
    args: [nobody, 1n, BigInt(count)],
  })
  const payment = (token: Token, wallet: Address, amount: bigint) => ({
    token,
    call: 'mint',
    args: [wallet, amount],
  })
  const amountOf = async (hash: Hash) => (await world.deposit(hash, 'waiting(queued)')).amount

  it.each([
    ['the first', (limit: number) => (logs: readonly RawLog[]) => logs.slice(0, limit)],
    ['the last', (limit: number) => (logs: readonly RawLog[]) => logs.slice(-limit)],
  ])(
    'credits all payments of a block and reports the omission if the node returns only %s 50 logs',
    async (_, cut) => {
      const token = await world.token('phantom-token', 'BUSY')
      const wallets = [await world.wallet(), await world.wallet(), await world.wallet()] as const
      const scanner = world.scan({ tokens: [token], rpcUrls: [await cutting(cut(50))] })
      await world.caughtUp()
      const hashes = await inOneBlock(world.devnet, [
        payment(token, wallets[0], 7n),
        noise(token, 30),
        payment(token, wallets[1], 8n),
        noise(token, 60),
        payment(token, wallets[2], 9n),
      ])
      await world.mine(3)
      const paid = [hashes[0], hashes[2], hashes[4]] as Hash[]
      expect(await Promise.all(paid.map(amountOf))).toEqual(['7', '8', '9'])
      expect(scanner.metrics.counts.get('cut_log_answers')).toBe(1)
      expect(scanner.log.lines.map(({ message }) => message)).toContainEqual(
        expect.stringContaining('omitted logs from an answer without an error'),
      )
      expect(await world.sql`select 1 from unread_transactions`).toEqual([])
    },
  )

  it('credits all payments during the catch-up scan although the node returns only 50 of a range’s 51 logs', async () => {
    const token = await world.token('phantom-token', 'BUSY')
    const [wallet, other] = [await world.wallet(), await world.wallet()]
    await world.mine(3)
    const first = await inOneBlock(world.devnet, [noise(token, 20), payment(token, wallet, 7n)])
    const second = await inOneBlock(world.devnet, [noise(token, 29), payment(token, other, 8n)])
    await world.mine(8)
    const cut = (logs: readonly RawLog[]) => logs.slice(0, 50)
    world.scan({ tokens: [token], rpcUrls: [await cutting(cut)] })
    const paid = [first[1], second[1]] as Hash[]
    expect(await Promise.all(paid.map(amountOf))).toEqual(['7', '8'])
  })

  it('finds an omitted payment at another endpoint although the number of logs looks complete', async () => {
    const token = await world.token('phantom-token', 'BUSY')
    const [wallet, other] = [await world.wallet(), await world.wallet()]
    const hides = ({ topics }: RawLog) => topics[2]?.includes(wallet.slice(2))
    const cut = await cutting((logs) => logs.filter((log) => !hides(log)))
    const scanner = world.scan({ tokens: [token], rpcUrls: [cut, world.anvil.url] })
    await world.caughtUp()
    const hashes = await inOneBlock(world.devnet, [
      payment(token, wallet, 7n),
      payment(token, other, 8n),
    ])
    await world.mine(3)
    expect(await Promise.all((hashes as Hash[]).map(amountOf))).toEqual(['7', '8'])
    expect(scanner.metrics.counts.get('cut_log_answers')).toBeGreaterThan(0)
    await eventually(
      () => world.sql`select 1 from unread_transactions`,
      (rows) => rows.length === 0,
    )
  })

  it('keeps an unread row for an invented transaction until searches no longer list that transaction', async () => {
    const token = await world.token('phantom-token', 'BUSY')
    const wallet = await world.wallet()
    const unknown = `0x${'9e'.repeat(32)}`
    let invents = true
    const inventing = await cutting((logs) => {
      const [log] = logs
      return log && invents ? [...logs, { ...log, transactionHash: unknown }] : logs
    })
    world.scan({ tokens: [token], rpcUrls: [world.anvil.url, inventing] })
    await world.caughtUp()
    const [hash] = await inOneBlock(world.devnet, [payment(token, wallet, 7n)])
    await world.mine(3)
    expect(await amountOf(hash as Hash)).toBe('7')
    const rows = () => world.sql`select tx_hash from unread_transactions`
    await eventually(rows, ([row]) => row?.['tx_hash'] === unknown)
    invents = false
    await eventually(rows, (found) => found.length === 0)
    await world.mine(3)
    await world.caughtUp()
    expect(await world.deposits()).toHaveLength(1)
  })
})
