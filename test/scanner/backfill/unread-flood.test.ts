import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Address } from '../../../domain/address.ts'
import { openUnreadRows } from '../../../domain/scan/unread.ts'
import type { Token } from '../../harness/devnet/devnet.ts'
import { type FaultProxy, faultProxy } from '../../harness/proxies/fault-proxy.ts'
import { makeUnreadDue } from '../../harness/services/unread-due.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import type { OwnScanner } from '../../harness/worlds/own-scanner.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

/**
 * Tests that a flood of transactions without receipts costs a bounded number of rows, alarms and
 * requests.
 */
const flood = 1_000
const perBlock = 250
let world: ScanWorld
let proxy: FaultProxy
let token: Token
let wallet: Address
let scanner: OwnScanner
beforeAll(async () => {
  world = await scanWorld({ args: ['--gas-limit', '30000000'] })
  proxy = await faultProxy(world.anvil.url)
  wallet = await world.wallet()
  token = await world.token('plain-token', 'USDT')
  await world.mine(3)
  scanner = world.scan({ tokens: [token], rpcUrls: [proxy.url], answerWithinMs: 30_000 })
  await world.caughtUp()
})
afterAll(async () => {
  await world?.close()
  await proxy?.close()
})

const asked = (method: string) => proxy.asked.filter((one) => one.method === method).length
const open = async () =>
  Number((await world.sql`select count(*)::int as n from unread_transactions`)[0]?.['n'])
const ranges = () => world.sql`select transactions, from_block, to_block from unread_blocks`

test(`${flood} transactions without receipts in four blocks delay no other deposit, and all are credited in the end`, async ({
  annotate,
}) => {
  const healthy = await world.wallet()
  await world.caughtUp()
  const floodWith = new Set<string>()
  const heal = proxy.fault(
    'eth_getTransactionReceipt',
    { kind: 'forge', change: () => null },
    { when: ({ params }) => floodWith.has(String(params[0])) },
  )
  const before = proxy.asked.length
  const receiptsBefore = asked('eth_getTransactionReceipt')
  const [, payer] = (await world.devnet.request('eth_accounts')) as string[]
  let nonce = Number(await world.devnet.request('eth_getTransactionCount', [payer, 'latest']))
  await world.devnet.request('evm_setAutomine', [false])
  for (let block = 0; block < flood / perBlock; block += 1) {
    const sent = await Promise.all(
      Array.from({ length: perBlock }, (_, n) => {
        const payment = { from: payer, to: wallet, value: '0x3e8', gas: '0x5208' }
        return world.devnet.request('eth_sendTransaction', [
          { ...payment, nonce: `0x${(nonce + n).toString(16)}` },
        ])
      }),
    )
    nonce += perBlock
    for (const hash of sent) floodWith.add(String(hash))
    await world.mine()
  }
  await world.devnet.request('evm_setAutomine', [true])
  const began = Date.now()
  const good = await world.devnet.payToken(token, healthy, 6n)
  await world.mine(3)
  const goodRow = () =>
    world.sql`select 1 from deposits where tx_hash = ${good} and state = 'waiting'`
  await eventually(goodRow, (rows) => rows.length === 1, 240_000)
  const goodAfterMs = Date.now() - began
  expect(await world.deposits()).toHaveLength(1)
  expect(await open()).toBeLessThanOrEqual(openUnreadRows)
  expect(await ranges()).toMatchObject([{ transactions: flood - openUnreadRows }])

  // Simulates 10 minutes without receipts, after which one alarm covers all rows.
  await world.sql`update unread_transactions set first_seen_at = now() - interval '11 minutes'`
  await world.sql`update unread_blocks set first_seen_at = now() - interval '11 minutes'`
  const alarms = () =>
    scanner.log.lines.filter(
      ({ level, message }) => level === 'error' && message.includes('unread'),
    )
  await eventually(alarms, (lines) => lines.length > 0)
  const tries = () => world.sql<{ tries: number; n: number }[]>`
    select max(tries)::int as tries, count(*)::int as n from unread_transactions group by block_number
    union all select tries, transactions from unread_blocks`
  await eventually(tries, (rows) => rows.every((row) => row.tries >= 5))
  const seconds = (Date.now() - began) / 1_000
  const receipts = asked('eth_getTransactionReceipt') - receiptsBefore
  const requests = proxy.asked.length - before
  // The scan tries each transaction twice. Each reread of a block tries the block's transactions
  // two more times.
  const rounds = (await tries()).reduce((sum, row) => sum + row.tries - 2, 0)
  const inFlight = 3
  expect(receipts).toBeLessThan(2 * flood + 2 * perBlock * (rounds + inFlight) + 20)
  expect(alarms()).toHaveLength(1)
  expect(await open()).toBeLessThanOrEqual(openUnreadRows)
  expect(await ranges()).toHaveLength(1)

  heal()
  const healed = Date.now()
  await makeUnreadDue(world.sql)
  await eventually(
    async () => (await world.deposits()).filter(({ state }) => state === 'waiting').length,
    (count) => count === flood + 1,
    240_000,
  )
  expect(await open()).toBe(0)
  expect([...(await ranges())]).toEqual([])
  const healedMs = Date.now() - healed
  expect(alarms()).toHaveLength(1)
  await annotate(JSON.stringify({ goodAfterMs, seconds, rounds, receipts, requests, healedMs }))
}, 400_000)
