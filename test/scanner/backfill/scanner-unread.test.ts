import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Address } from '../../../domain/address.ts'
import type { Token } from '../../harness/devnet/devnet.ts'
import { type FaultProxy, faultProxy } from '../../harness/proxies/fault-proxy.ts'
import { forgedReceipt } from '../../harness/proxies/forgeries.ts'
import { makeUnreadDue } from '../../harness/services/unread-due.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

/** Tests that a transaction that cannot be read does not stop the scan. */
let world: ScanWorld
let proxy: FaultProxy
let token: Token
let wallet: Address
beforeAll(async () => {
  world = await scanWorld()
  proxy = await faultProxy(world.anvil.url)
  wallet = await world.wallet()
  token = await world.token('plain-token', 'USDT')
  await world.mine(3)
  world.scan({ tokens: [token], rpcUrls: [proxy.url] })
  await world.caughtUp()
})
afterAll(async () => {
  await world?.close()
  await proxy?.close()
})

const open = () => world.sql`select * from unread_transactions where answered_at is null`
test.each([
  [
    'a receipt that stays null',
    { kind: 'forge', change: () => null },
    'the node has no receipt of it',
  ],
  [
    'an internal error for this receipt',
    { kind: 'error', code: -32603, message: 'internal error' },
    'internal error',
  ],
  ['HTTP 504 for this receipt', { kind: 'http', status: 504 }, '504'],
  [
    'a receipt without its logs',
    { kind: 'forge', change: forgedReceipt((it) => ({ ...it, logs: [] })) },
    'lacks',
  ],
  [
    'a receipt of another block',
    { kind: 'forge', change: forgedReceipt((it) => ({ ...it, blockHash: `0x${'7'.repeat(64)}` })) },
    'its receipt names block 0x7777',
  ],
] as const)(
  '%s: hands over later deposits at once, and the unread deposit when it becomes readable',
  async (_, fault, why) => {
    let bad = ''
    const heal = proxy.fault('eth_getTransactionReceipt', fault as never, {
      // Every receipt fails until the hash is known. Otherwise the scanner could read the receipt
      // first.
      when: (request) => bad === '' || request.params[0] === bad,
    })
    bad = await world.devnet.payToken(token, wallet, 5n)
    await eventually(open, (rows) => rows.length === 1 && rows[0]?.['tx_hash'] === bad)
    const [row] = await open()
    expect(row?.['why']).toContain(why)
    const good = await world.devnet.payToken(token, wallet, 6n)
    await world.mine(3)
    await world.deposit(good as never, 'waiting')
    expect((await world.deposits()).filter(({ id }) => id.includes(bad))).toEqual([])
    heal()
    await makeUnreadDue(world.sql)
    const late = await world.deposit(bad as never, 'waiting')
    expect(late).toMatchObject({ amount: '5', wallet })
    expect(await open()).toEqual([])
  },
)

test('a deposit whose value is missing in its block is handed over when the value is known, and delays no other deposit', async () => {
  const heal = proxy.fault('eth_getBlockByNumber', {
    kind: 'forge',
    change: (block) => {
      const { transactions = [], ...rest } = (block ?? {}) as { transactions?: unknown[] }
      const told = transactions.map((it) =>
        typeof it === 'string' ? it : { ...(it as object), value: null },
      )
      return block && { ...rest, transactions: told }
    },
  })
  const bad = await world.devnet.pay(wallet, '0.1')
  await eventually(open, (rows) => rows.length === 1 && rows[0]?.['tx_hash'] === bad)
  expect((await open())[0]?.['why']).toContain('value is null')
  heal()
  const good = await world.devnet.pay(wallet, '0.2')
  await world.mine(3)
  await world.deposit(good as never, 'waiting')
  await makeUnreadDue(world.sql)
  await world.deposit(bad as never, 'waiting')
  expect(await open()).toEqual([])
})

test('stores the sender in the unread row of a user wallet’s own transaction', async () => {
  await world.devnet.setEther(wallet, 3)
  let bad = ''
  const heal = proxy.fault(
    'eth_getTransactionReceipt',
    { kind: 'forge', change: () => null },
    { when: (request) => bad === '' || request.params[0] === bad },
  )
  await world.devnet.request('anvil_impersonateAccount', [wallet])
  const to = world.coldWallet
  bad = (await world.devnet.request('eth_sendTransaction', [
    { from: wallet, to, value: '0x7' },
  ])) as string
  await eventually(open, (rows) => rows.length === 1)
  expect(await open()).toMatchObject([
    { tx_hash: bad, sender: wallet, nonce: '0', closes_lane: true },
  ])
  heal()
  await makeUnreadDue(world.sql)
  const external = () => world.sql`select hash from foreign_transactions`
  await eventually(external, (rows) => rows.some((row) => row['hash'] === bad))
  expect(await open()).toEqual([])
})

test('deletes the unread row after a reorg, and reads the new block', async () => {
  const snapshot = await world.devnet.request('evm_snapshot')
  let bad = ''
  const heal = proxy.fault(
    'eth_getTransactionReceipt',
    { kind: 'forge', change: () => null },
    { when: (request) => bad === '' || request.params[0] === bad },
  )
  bad = await world.devnet.payToken(token, wallet, 11n)
  await eventually(open, (rows) => rows.length === 1)
  await world.devnet.request('evm_revert', [snapshot])
  heal()
  await world.mine(4)
  await eventually(open, (rows) => rows.length === 0)
  expect((await world.deposits()).filter(({ id }) => id.includes(bad))).toEqual([])
})

test('stores no unread row and does not move the cursor while the endpoint is down', async () => {
  proxy.fault('*', { kind: 'http', status: 503 })
  const hash = await world.devnet.payToken(token, wallet, 9n)
  await world.mine()
  const head = await world.height()
  const asked = proxy.asked.length
  await eventually(
    () => proxy.asked.length,
    (now) => now > asked + 4,
  )
  expect(await open()).toEqual([])
  const [cursor] = await world.sql`select height from scan_cursors`
  expect(BigInt(cursor?.['height'])).toBeLessThan(head)
  proxy.heal()
  await world.mine(3)
  await world.deposit(hash as never, 'waiting')
})
