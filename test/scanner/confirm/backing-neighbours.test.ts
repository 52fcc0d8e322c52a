import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Address } from '../../../domain/address.ts'
import type { Token } from '../../harness/devnet/devnet.ts'
import { type FaultProxy, faultProxy } from '../../harness/proxies/fault-proxy.ts'
import { makeUnreadDue } from '../../harness/services/unread-due.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

/**
 * Tests MONEY 24: the money of a real credit does not back a phantom credit of the same wallet. A
 * phantom credit is a logged transfer that moved no money.
 */
describe('a phantom credit in the wallet of a real credit whose backing is not checked yet', () => {
  let world: ScanWorld
  let proxy: FaultProxy
  let token: Token
  let wallet: Address
  beforeEach(async () => {
    world = await scanWorld()
    proxy = await faultProxy(world.anvil.url)
    token = await world.token('phantom-token', 'DUP')
    wallet = await world.wallet()
    await world.mine(3)
    world.scan({ tokens: [token], rpcUrls: [proxy.url] })
    await world.caughtUp()
  })
  afterEach(async () => {
    await world.close()
    await proxy.close()
  })

  const states = async () =>
    (await world.deposits()).map(({ amount, state, reason }) =>
      `${amount} ${state} ${reason}`.trim(),
    )
  const become = (expected: readonly string[]) =>
    eventually(states, (found) => JSON.stringify(found) === JSON.stringify(expected))
  const backings = async () =>
    (await world.sql`select backing from deposits order by block_number`).map(
      (row) => row['backing'],
    )
  const phantom = () => world.devnet.call(token, 'phantoms', [wallet, 100n, 1n])

  it('is held if the balance change of the real credit could not be read at first', async () => {
    await phantom()
    await eventually(backings, (found) => found.length === 1)
    const heal = proxy.fault('eth_call', {
      kind: 'error',
      code: -32000,
      message: 'missing trie node',
    })
    await world.devnet.payToken(token, wallet, 100n)
    await eventually(backings, (found) => found.length === 2)
    expect(await backings()).toEqual(['short', 'unread'])
    heal()
    await world.mine(4)
    await become(['100 confirming unbacked', '100 waiting queued'])
  })

  it('is held if the transaction of the real credit cannot be read', async () => {
    let bad = ''
    const heal = proxy.fault(
      'eth_getTransactionReceipt',
      { kind: 'forge', change: () => null },
      { when: (request) => bad === '' || request.params[0] === bad },
    )
    bad = await world.devnet.payToken(token, wallet, 100n)
    await eventually(
      () => world.sql`select 1 from unread_transactions where tx_hash = ${bad}`,
      (rows) => rows.length === 1,
    )
    await phantom()
    await world.mine(3)
    await world.caughtUp()
    await eventually(states, (found) => found[0] !== '100 confirming')
    heal()
    // The test repeats the update, because a try that began before `heal` sets a later
    // `next_try_at` when it ends.
    await eventually(
      async () => {
        await makeUnreadDue(world.sql)
        return (await states()).join(', ')
      },
      (found) => found === '100 waiting queued, 100 confirming unbacked',
    )
  })
})
