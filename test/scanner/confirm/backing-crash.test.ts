import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRun, type Run } from '../../../devstack/run/run.ts'
import type { Token } from '../../harness/devnet/devnet.ts'
import { diedAtPoint, orderCrash } from '../../harness/processes/crashing.ts'
import { backingCrashPoints } from '../../harness/processes/store-crash-points.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'
import { startMortalScanner } from '../../harness/worlds/start-mortal-scanner.ts'

/**
 * Tests that the successor of a killed scanner repeats the interrupted check of backing. The
 * successor hands over the real credit once, and never the phantom credit (a logged transfer that
 * moved no money).
 */
let world: ScanWorld
let token: Token
let run: Run
beforeAll(async () => {
  world = await scanWorld()
  run = openRun()
  token = await world.token('phantom-token', 'DUP')
  await world.devnet.call(token, 'setTimes', [2n])
})
afterAll(async () => {
  await run?.close()
  await world?.close()
})

const startScanner = (name: string, crashOrders: string) =>
  startMortalScanner(run, world, name, { tokens: [token], crashOrders })

test.each(backingCrashPoints)(
  'after a scanner is killed $name, the next one hands over the real credit once, and never the phantom credit',
  async ({ name, where }) => {
    const orders = join(run.folder, `orders-${where}`)
    const wallet = await world.wallet()
    const doomed = startScanner(`doomed-${where}`, orders)
    await world.caughtUp()
    orderCrash(orders, { point: name, nth: 1, delayMs: 1 })
    const hash = await world.devnet.payToken(token, wallet, 50n)
    await world.mine(3)
    expect(await doomed.ended).toBe(137)
    expect(diedAtPoint(orders)).toBe(true)

    const heir = startScanner(`heir-${where}`, `${orders}-none`)
    const states = async () =>
      (await world.deposits())
        .filter(({ id }) => id.includes(hash))
        .map(({ state, reason }) => `${state} ${reason}`)
        .sort()
    await eventually(states, (found) => found.join() === 'confirming unbacked,waiting queued')
    const work = await world.work()
    expect(work.filter((one) => JSON.stringify(one).includes(hash))).toHaveLength(1)
    process.kill(heir.pid, 'SIGTERM')
    await heir.ended
  },
)
