import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Address } from '../../../domain/address.ts'
import { type OwnBalancer, ownBalancer } from '../../harness/proxies/own-balancer.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

/**
 * Tests the cost of a token that logs false transfers, which become phantom credits. The block's
 * gas limits the number of rows. All other costs are bounded (MONEY 24).
 */
describe('a flood of phantom credits in one block', () => {
  let world: ScanWorld
  let node: OwnBalancer
  let balanceReads = 0
  beforeEach(async () => {
    world = await scanWorld({ args: ['--gas-limit', '100000000'] })
    balanceReads = 0
    node = await ownBalancer(world.anvil.url, {
      change({ method }, answer) {
        if (method === 'eth_call') balanceReads += 1
        return answer
      },
    })
  })
  afterEach(async () => {
    await world.close()
    await node.close()
  })

  const count = async (state: string) => {
    const [row] = await world.sql`
      select count(*)::int as n from deposits where state || '(' || reason || ')' = ${state}`
    return Number(row?.['n'])
  }
  const reach = (state: string, n: number) =>
    eventually(
      () => count(state),
      (found) => found === n,
      180_000,
    )
  const scan = (token: Awaited<ReturnType<ScanWorld['token']>>) =>
    world.scan({
      tokens: [token],
      rpcUrls: [node.url],
      // The real scanner process has this timeout. The largest commit takes some seconds.
      answerWithinMs: 30_000,
      tuning: { unbackedAlarmMs: 1_000 },
    })

  it('costs few balance reads and one alarm with 15,000 logs to one wallet, and delays no other deposit', async ({
    annotate,
  }) => {
    const token = await world.token('phantom-token', 'DUP')
    const [wallet, other] = [await world.wallet(), await world.wallet()]
    const scanner = scan(token)
    await world.caughtUp()
    await world.devnet.payToken(token, wallet, 50n)
    await world.devnet.call(token, 'phantoms', [wallet, 1n, 15_000n])
    const real = [
      await world.devnet.payToken(token, wallet, 30n),
      await world.devnet.payToken(token, other, 20n),
    ]
    await world.mine(3)
    await reach('confirming(unbacked)', 15_000)
    for (const hash of real) await world.deposit(hash, 'waiting(queued)')
    expect(await count('waiting(queued)')).toBe(3)
    // Each poll reads some held credits again, and a slow machine has time for more polls. One read
    // for each log would be 15,000 reads.
    expect(balanceReads).toBeLessThan(150)
    const alarms = () => scanner.log.lines.filter(({ message }) => message.includes('not backed'))
    await eventually(alarms, (found) => found.length > 0)
    await world.mine(2)
    await world.caughtUp()
    expect(alarms()).toHaveLength(1)
    expect(scanner.log.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
    await annotate(JSON.stringify({ balanceReads }))
  }, 300_000)

  it('costs few balance reads for each of 450 wallets, and delays no other deposit', async ({
    annotate,
  }) => {
    const token = await world.token('phantom-token', 'DUP')
    const wallets: Address[] = []
    for (let n = 0; n < 450; n += 1) wallets.push(await world.wallet())
    const honest = await world.wallet()
    const scanner = scan(token)
    await world.caughtUp()
    await world.devnet.call(token, 'phantomEach', [wallets, 1n])
    const hash = await world.devnet.payToken(token, honest, 20n)
    await world.mine(3)
    await world.deposit(hash, 'waiting(queued)')
    await reach('confirming(unbacked)', 450)
    // A wallet takes about five reads, or more on a slow machine. If each pair of wallets took a
    // read, a wallet would take 450.
    expect(balanceReads).toBeLessThan(10 * 450)
    const alarms = () => scanner.log.lines.filter(({ message }) => message.includes('not backed'))
    await eventually(alarms, (found) => found.length > 0)
    expect(alarms()).toHaveLength(1)
    await annotate(JSON.stringify({ balanceReads }))
  }, 300_000)
})
