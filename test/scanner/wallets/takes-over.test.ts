import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDatabase } from '../../../adapters/drizzle/database.ts'
import { createWalletStore } from '../../../adapters/drizzle/scan/wallet-store.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

/**
 * Tests a scanner whose wallets in memory differ from the stored wallets: another scanner stored
 * more wallets, or the database was restored from a backup.
 */
describe('a scanner that takes over, or whose database was restored', () => {
  let world: ScanWorld
  beforeEach(async () => {
    world = await scanWorld()
  })
  afterEach(() => world?.close())

  const watched = (wallet: string) =>
    eventually(
      () => world.sql`
        select 1 from wallets w, scan_cursors c where w.address = ${wallet} and c.wallet_seq >= w.seq`,
      (rows) => rows.length === 1,
    )

  it('finds deposits of wallets that only the previous leader knew', async () => {
    const token = await world.token('plain-token', 'PLAIN')
    const leader = world.scan({ tokens: [token], refreshMs: 100 })
    await world.mine(3)
    await world.caughtUp()
    const standby = world.scan({ tokens: [token], refreshMs: 600_000 })
    await eventually(
      () => standby.problems(),
      (problems) => problems.every((words) => words === undefined),
    )
    const wallet = await world.wallet()
    await watched(wallet)
    await leader.stop()
    const paid = await world.devnet.payToken(token, wallet, 5n)
    const coin = await world.devnet.payWei(wallet, 7n)
    await world.mine(3)
    await world.deposit(paid, 'waiting(queued)')
    await world.deposit(coin, 'waiting(queued)')
  })

  it('finds deposits of wallets that the restored database lacks', async () => {
    const { sql } = world
    await world.wallet()
    world.scan({ refreshMs: 100 })
    await world.mine(3)
    await world.caughtUp()
    await eventually(
      () => sql`select * from scan_cursors where wallet_seq >= 1`,
      (rows) => rows.length === 1,
    )
    const [cursor] = await sql`select * from scan_cursors`
    const [before] = await sql`select max(seq)::int as last from wallets`
    const lost = [await world.wallet(), await world.wallet()]
    for (const wallet of lost) await watched(wallet)
    await sql.begin(async (tx) => {
      await tx`lock table wallets, scan_cursors in access exclusive mode`
      await tx`delete from wallets where seq > ${before?.['last']}`
      await tx`select setval(pg_get_serial_sequence('wallets', 'seq'), ${before?.['last']}, true)`
      await tx`
        update scan_cursors set wallet_seq = ${cursor?.['wallet_seq']},
          wallets_height = ${cursor?.['wallets_height']}`
    })
    const late = await world.wallet()
    for (const wallet of [...lost, late]) {
      const hash = await world.devnet.payWei(wallet, 7n)
      await world.mine(2)
      await world.deposit(hash, 'waiting(queued)')
    }
  })

  it('does not mark wallets as watched at a height that another scanner has passed meanwhile', async () => {
    world.scan({ refreshMs: 600_000 })
    await world.mine(3)
    await world.caughtUp()
    const database = openDatabase(world.databaseUrl, { applicationName: 'sleeper', max: 1 })
    try {
      const [at] = await world.sql`select height, hash from scan_cursors`
      const height = BigInt(at?.['height'])
      await world.mine(2)
      await world.caughtUp()
      const store = createWalletStore(database.db)
      const late = store.setWatched(world.anvil.chainId, 1n, height, at?.['hash'])
      await expect(late).rejects.toMatchObject({ name: 'CursorMoved' })
    } finally {
      await database.close()
    }
  })
})
