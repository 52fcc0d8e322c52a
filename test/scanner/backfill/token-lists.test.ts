import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { toAddress, toHash } from '../../../domain/address.ts'
import { eventually } from '../../harness/waiting/eventually.ts'
import type { OwnScanner } from '../../harness/worlds/own-scanner.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

/** Tests that blocks which a scanner read without a token are backfilled for it (MONEY 13). */
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
  /** Waits until `count` tokens are listed and all are read up to the cursor (`read_to` null). */
  const allRead = (count: number) =>
    eventually(
      () => world.sql`select read_to from listed_tokens`,
      (rows) => rows.length === count && rows.every((row) => row['read_to'] === null),
    )
  const passedOver = ({ log }: OwnScanner) =>
    log.lines.filter(({ message }) => message.startsWith('listed token '))

  const reported = ({ log }: OwnScanner) =>
    log.lines.filter(({ message }) => message.startsWith('blocks were never searched'))
  const gaps = async () =>
    (await world.sql`select * from token_gaps order by from_block, token`).map((row) => ({
      token: row['token'],
      from: BigInt(row['from_block']),
      to: BigInt(row['to_block']),
    }))

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

  it('leaves older blocks than lateWalletBlocks as a row, a metric, and a log line at every start', async () => {
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
    const [from, to] = [readTo + 1n, height - 5n]
    const asked = `coldsweep rescan --chain ${world.anvil.chainId} --from ${from} --to ${to}`
    const command = `${asked} --operator "$(id -un)" --reason "blocks before PLAIN was listed"`
    const tokens = [toAddress(token.address)]
    expect(passedOver(back)).toMatchObject([
      { level: 'warn', fields: { token: tokens[0], from: height - 4n, to: height } },
    ])
    expect(reported(back)).toMatchObject([
      { level: 'error', fields: { chain: 'devnet', tokens, from, to, command } },
    ])
    expect(await gaps()).toEqual([{ token: tokens[0], from, to }])
    expect(back.metrics.counts.get('unread_token_blocks')).toBe(Number(to - from + 1n))
    expect((await world.deposits()).some(({ id }) => id.includes(toHash(lost)))).toBe(false)
    await standsBy(back)
    await back.stop()
    const again = world.scan({ tokens: [token], lateWalletBlocks: 0 })
    await world.mine(1)
    await world.caughtUp()
    expect(passedOver(again)).toEqual([])
    expect(reported(again)).toHaveLength(1)
    expect(again.metrics.counts.get('unread_token_blocks')).toBeUndefined()
  })

  it('is found in the last lateWalletBlocks if no scanner has listed it before', async () => {
    const token = await world.token('plain-token', 'PLAIN')
    const wallet = await world.wallet()
    const before = world.scan({ tokens: [] })
    const paid = await world.devnet.payToken(token, wallet, 5n)
    await world.mine(3)
    await world.caughtUp()
    await before.stop()
    const scanner = world.scan({ tokens: [token] })
    await world.deposit(paid, 'waiting(queued)')
    await allRead(1)
    expect(passedOver(scanner)).toMatchObject([
      { level: 'info', fields: { token: toAddress(token.address), from: 1n } },
    ])
  })

  it('has no blocks to report if it was listed at the first start of the chain', async () => {
    const token = await world.token('plain-token', 'PLAIN')
    await world.mine(20)
    const scanner = world.scan({ tokens: [token], lateWalletBlocks: 2 })
    await world.caughtUp()
    await allRead(1)
    expect([...passedOver(scanner), ...reported(scanner)]).toEqual([])
    expect(await gaps()).toEqual([])
  })

  it('is neither backfilled nor reported if only its symbol, decimals or minimum change', async () => {
    const token = await world.token('plain-token', 'PLAIN')
    const first = world.scan({ tokens: [token] })
    await world.mine(3)
    await world.caughtUp()
    await allRead(1)
    await first.stop()
    const renamed = { ...token, symbol: 'RENAMED', decimals: 6 }
    const second = world.scan({ tokens: [renamed], lateWalletBlocks: 0 })
    await world.mine(3)
    await world.caughtUp()
    expect([...passedOver(second), ...reported(second)]).toEqual([])
    expect(await gaps()).toEqual([])
  })

  it('shares one log line and one command with the tokens that were listed with it', async () => {
    const [one, two] = [
      await world.token('plain-token', 'ONE'),
      await world.token('plain-token', 'TWO'),
    ]
    const wallet = await world.wallet()
    const before = world.scan({ tokens: [] })
    await world.mine(10)
    const paid = [
      await world.devnet.payToken(one, wallet, 5n),
      await world.devnet.payToken(two, wallet, 6n),
    ]
    await world.mine(2)
    await world.caughtUp()
    await before.stop()
    const scanner = world.scan({ tokens: [one, two], lateWalletBlocks: 6 })
    for (const hash of paid) await world.deposit(hash, 'waiting(queued)')
    await allRead(2)
    const tokens = [one, two].map(({ address }) => toAddress(address)).sort()
    const [line, ...more] = reported(scanner)
    expect(more).toEqual([])
    const { tokens: named } = (line?.fields ?? { tokens: [] }) as { tokens: string[] }
    expect([...named].sort()).toEqual(tokens)
    expect((await gaps()).map(({ token }) => token)).toEqual(tokens)
  })

  it('keeps the blocks of its backfill after a restart in the middle, and after a reorg', async () => {
    const token = await world.token('plain-token', 'PLAIN')
    const wallet = await world.wallet()
    const before = world.scan({ tokens: [] })
    await world.mine(10)
    const paid = await world.devnet.payToken(token, wallet, 5n)
    await world.mine(7)
    await world.caughtUp()
    await before.stop()
    const height = await world.height()
    let asked = 0
    const dies = world.scan({
      tokens: [token],
      lateWalletBlocks: 8,
      tuning: { firstRange: 1, mostRange: 1 },
      around: (reader) => ({
        ...reader,
        pinned: () => {
          asked += 1
          return reader.pinned()
        },
      }),
    })
    await eventually(
      () => gaps(),
      (rows) => rows.length === 1,
    )
    await eventually(
      () => asked,
      (count) => count > 1,
    )
    await dies.stop()
    const told = [{ token: toAddress(token.address), from: 1n, to: height - 8n }]
    expect(await gaps()).toEqual(told)
    await world.devnet.request('anvil_reorg', [2, []])
    await world.mine(5)
    const back = world.scan({ tokens: [token], lateWalletBlocks: 8 })
    await world.deposit(paid, 'waiting(queued)')
    await allRead(1)
    expect(await gaps()).toEqual(told)
    expect(reported(back)).toHaveLength(1)
    expect((await world.deposits()).map(({ amount }) => amount)).toEqual(['5'])
  })
})
