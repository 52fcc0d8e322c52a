import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { toAddress, toHash } from '../../../domain/address.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import type { OwnScanner } from '../../harness/worlds/own-scanner.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

/** Blocks that a scanner read without a token are backfilled for that token (MONEY 13). */
describe('a token that the previous leader did not list', () => {
  let world: ScanWorld
  beforeEach(async () => {
    world = await scanWorld()
  })
  afterEach(() => world?.close())

  const standsBy = (scanner: OwnScanner) =>
    eventually(
      () => scanner.problems(),
      (problems) => problems.every((words) => words === undefined),
    )
  /** Every token counts as read up to the cursor. */
  const allRead = (count: number) =>
    eventually(
      () => world.sql`select read_to from listed_tokens`,
      (rows) => rows.length === count && rows.every((row) => row['read_to'] === null),
    )
  const passedOver = ({ log }: OwnScanner) =>
    log.lines.filter(({ message }) => message.startsWith('listed token was skipped'))

  it('is found in the blocks that the previous leader read while the next leader waited', async () => {
    const token = await world.token('plain-token', 'PLAIN')
    const wallet = await world.wallet()
    const old = world.scan({ tokens: [] })
    await world.mine(3)
    await world.caughtUp()
    await standsBy(world.scan({ tokens: [token] }))
    const paid = await world.devnet.payToken(token, wallet, 5n)
    await world.mine(3)
    await world.caughtUp()
    await old.stop()
    await world.deposit(paid, 'waiting(queued)')
    await allRead(1)
  })

  it('is found if it was removed from the list and added again', async () => {
    const [token, other] = [
      await world.token('plain-token', 'PLAIN'),
      await world.token('plain-token', 'OTHER'),
    ]
    const wallet = await world.wallet()
    const both = world.scan({ tokens: [token, other] })
    await world.mine(3)
    await world.caughtUp()
    await allRead(2)
    await both.stop()
    const without = world.scan({ tokens: [other] })
    const paid = await world.devnet.payToken(token, wallet, 5n)
    await world.mine(3)
    await world.caughtUp()
    await without.stop()
    expect(await world.deposits()).toEqual([])
    const back = world.scan({ tokens: [token, other] })
    await world.deposit(paid, 'waiting(queued)')
    await allRead(2)
    expect(passedOver(back)).toMatchObject([
      { level: 'warn', fields: { token: toAddress(token.address) } },
    ])
  })

  it('is logged once, with the blocks that lie further back than lateWalletBlocks', async () => {
    const token = await world.token('plain-token', 'PLAIN')
    const wallet = await world.wallet()
    const first = world.scan({ tokens: [token] })
    await world.mine(3)
    await world.caughtUp()
    await allRead(1)
    await first.stop()
    const readTo = await world.height()
    const without = world.scan({ tokens: [] })
    const lost = await world.devnet.payToken(token, wallet, 5n)
    await world.mine(10)
    const found = await world.devnet.payToken(token, wallet, 6n)
    await world.mine(3)
    await world.caughtUp()
    await without.stop()
    const height = await world.height()
    const back = world.scan({ tokens: [token], lateWalletBlocks: 5 })
    await world.deposit(found, 'waiting(queued)')
    await allRead(1)
    const older = { token: toAddress(token.address), from: readTo + 1n, to: height - 5n }
    const command = `coldsweep rescan --chain ${world.anvil.chainId} --from ${older.from} --to ${older.to}`
    expect(passedOver(back)).toMatchObject([
      { level: 'error', fields: { chain: 'devnet', ...older, command } },
      { level: 'warn', fields: { token: older.token, from: height - 4n, to: height } },
    ])
    const unread = back.metrics.counts.get('unread_token_blocks')
    expect(unread).toBe(Number(older.to - older.from + 1n))
    expect((await world.deposits()).some(({ id }) => id.includes(toHash(lost)))).toBe(false)
    await standsBy(back)
    await back.stop()
    const again = world.scan({ tokens: [token], lateWalletBlocks: 0 })
    await world.mine(1)
    await world.caughtUp()
    expect(passedOver(again)).toEqual([])
  })

  it('is scanned only from the cursor on if no scanner has listed it before', async () => {
    const token = await world.token('plain-token', 'PLAIN')
    const before = world.scan({ tokens: [] })
    await world.mine(3)
    await world.caughtUp()
    await before.stop()
    const wallet = await world.wallet()
    const paid = await world.devnet.payToken(token, wallet, 5n)
    await world.mine(3)
    const scanner = world.scan({ tokens: [token], lateWalletBlocks: 0 })
    await world.deposit(paid, 'waiting(queued)')
    await allRead(1)
    expect(passedOver(scanner)).toEqual([])
  })
})
