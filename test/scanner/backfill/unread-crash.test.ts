import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRun, type Run } from '../../../devstack/run/run.ts'
import { diedAtPoint, orderCrash } from '../../harness/processes/crashing.ts'
import { unreadCrashPoints } from '../../harness/processes/store-crash-points.ts'
import { type FaultProxy, faultProxy } from '../../harness/proxies/fault-proxy.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'
import { startMortalScanner } from '../../harness/worlds/start-mortal-scanner.ts'

/** Tests that one commit writes the unread row and moves the cursor past the transaction. */
let world: ScanWorld
let proxy: FaultProxy
let run: Run
beforeAll(async () => {
  world = await scanWorld()
  proxy = await faultProxy(world.anvil.url)
  run = openRun()
})
afterAll(async () => {
  await run?.close()
  await world?.close()
  await proxy?.close()
})

const unread = () => world.sql`select tx_hash from unread_transactions`
const height = async () =>
  Number((await world.sql`select height from scan_cursors`)[0]?.['height'] ?? 0)

const startScanner = (name: string, crashOrders: string) =>
  startMortalScanner(run, world, name, { rpcUrl: proxy.url, crashOrders })

test.each(unreadCrashPoints)(
  'a scanner killed $name credits the unread transaction exactly once',
  async ({ name, where }) => {
    const orders = join(run.folder, `orders-${where}`)
    const wallet = await world.wallet()
    const bad = new Set<string>()
    const heal = proxy.fault(
      'eth_getTransactionReceipt',
      { kind: 'forge', change: () => null },
      { when: ({ params }) => bad.has(String(params[0])) },
    )
    const doomed = startScanner(`doomed-${where}`, orders)
    await world.caughtUp()
    await eventually(
      () => world.sql`
      select 1 from wallets w, scan_cursors c where w.address = ${wallet} and c.wallet_seq >= w.seq`,
      (rows) => rows.length === 1,
    )
    await world.devnet.request('evm_setAutomine', [false])
    const [, payer] = (await world.devnet.request('eth_accounts')) as string[]
    const hash = (await world.devnet.request('eth_sendTransaction', [
      { from: payer, to: wallet, value: '0x7' },
    ])) as `0x${string}`
    bad.add(hash)
    orderCrash(orders, { point: name, nth: 1, delayMs: 1 })
    await world.mine()
    await world.devnet.request('evm_setAutomine', [true])
    const at = Number(await world.height())
    expect(await doomed.ended).toBe(137)
    expect(diedAtPoint(orders)).toBe(true)

    const isPassed = (await height()) >= at
    expect(await unread()).toHaveLength(isPassed ? 1 : 0)
    if (where !== 'during') expect(isPassed).toBe(where === 'after')

    const heir = startScanner(`heir-${where}`, `${orders}-none`)
    await eventually(unread, (rows) => rows.length === 1 && rows[0]?.['tx_hash'] === hash)
    expect((await world.deposits()).filter(({ id }) => id.includes(hash))).toEqual([])
    heal()
    await world.mine(3)
    await world.deposit(hash, 'waiting')
    expect([...(await unread())]).toEqual([])
    expect((await world.deposits()).filter(({ id }) => id.includes(hash))).toHaveLength(1)
    process.kill(heir.pid, 'SIGTERM')
    await heir.ended
  },
  120_000,
)
