import { parseEther } from 'viem'
import { mnemonicToAccount } from 'viem/accounts'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { eventually } from '../../harness/waiting/eventually.ts'
import { type ScanWorld, scanWorld } from '../../harness/worlds/scan-world.ts'

describe('a reorg under the scanner (MONEY 21)', () => {
  let world: ScanWorld
  beforeEach(async () => {
    world = await scanWorld()
  })
  afterEach(() => world.close())

  const reorg = (depth: number, transactions: readonly (readonly [unknown, number])[] = []) =>
    world.devnet.request('anvil_reorg', [depth, transactions])

  /**
   * Returns the signed bytes of a payment, so that the test can send the same transaction again.
   */
  async function signedPayment(to: `0x${string}`, nonceAhead = 0) {
    const account = mnemonicToAccount(world.anvil.mnemonic, { addressIndex: 3 })
    const nonce = await world.devnet.request('eth_getTransactionCount', [account.address, 'latest'])
    return account.signTransaction({
      type: 'eip1559',
      chainId: world.anvil.chainId,
      to,
      value: parseEther('1'),
      nonce: Number(nonce) + nonceAhead,
      gas: 21_000n,
      maxFeePerGas: 10n ** 11n,
      maxPriorityFeePerGas: 10n ** 9n,
    })
  }

  const storedChain = async () =>
    (await world.sql`select number, hash, parent_hash from blocks order by number`).map((row) => ({
      number: row['number'] as string,
      hash: row['hash'] as string,
      parent: row['parent_hash'] as string,
    }))

  async function expectOnChain() {
    await world.caughtUp()
    const stored = await storedChain()
    for (const [i, block] of stored.entries()) {
      const height = `0x${Number(block.number).toString(16)}`
      const real = (await world.devnet.request('eth_getBlockByNumber', [height, false])) as {
        hash: string
      }
      expect(block.hash).toBe(real.hash)
      if (i > 0) expect(block.parent).toBe(stored[i - 1]?.hash)
    }
  }

  it.each([1, 2, 3])(
    'of depth %i orphans the deposits of removed blocks and rewinds to the last common block',
    async (depth) => {
      const wallet = await world.wallet()
      const scanner = world.scan()
      const safe = await world.devnet.pay(wallet, '1')
      await world.mine(3)
      const dying = await world.devnet.pay(wallet, '2')
      await world.mine(depth - 1)
      await world.deposit(
        dying,
        depth > 2 ? 'waiting(queued)' : depth > 1 ? 'confirming' : 'detected',
      )
      await reorg(depth)
      const orphan = await world.deposit(dying, 'orphaned')
      await world.mine(2)
      await expectOnChain()
      expect(await world.deposit(safe, 'waiting(queued)')).toBeDefined()
      expect(scanner.hinted.orphaned).toEqual([orphan.id])
      const events = await world.events('deposit.orphaned')
      expect(events.map((e) => e.depositId)).toEqual([orphan.id])
      expect(scanner.metrics.counts.get('reorgs')).toBe(1)
      expect(scanner.metrics.counts.get('reorgs_below_final') ?? 0).toBe(depth > 2 ? 1 : 0)
    },
  )

  it('restores an orphaned deposit whose transaction is mined at another height and place, and hands it over again', async () => {
    const wallet = await world.wallet()
    world.scan()
    const raw = await signedPayment(wallet)
    const hash = (await world.devnet.request('eth_sendRawTransaction', [raw])) as `0x${string}`
    const before = await world.deposit(hash, 'detected')
    await world.mine(2)
    await world.deposit(hash, 'waiting(queued)')
    await reorg(3)
    await world.deposit(hash, 'orphaned')
    await world.devnet.pay(wallet, '9')
    await world.devnet.request('eth_sendRawTransaction', [raw]).catch(() => undefined)
    await world.mine(1)
    const after = await world.deposit(hash, 'confirming')
    expect(after.id).toBe(before.id)
    expect(after.block_hash).not.toBe(before.block_hash)
    await world.mine(2)
    await world.deposit(hash, 'waiting(queued)')
    await expectOnChain()
    const work = (await world.work()).filter(({ body }) => body['depositId'] === before.id)
    expect(work).toHaveLength(2)
    const told = ['deposit.detected', 'deposit.confirmed', 'deposit.orphaned'].map(async (type) =>
      (await world.events(type)).filter((e) => e.depositId === before.id).map((e) => e.seq),
    )
    expect(await Promise.all(told)).toEqual([[1, 4], [2, 5], [3]])
  })

  it('keeps the deposit of a transaction that the new block includes again', async () => {
    const token = await world.token('plain-token', 'USDT')
    const wallet = await world.wallet()
    world.scan({ tokens: [token] })
    const hash = await world.devnet.payToken(token, wallet, 5n)
    const seen = await world.deposit(hash, 'detected')
    const rawTransaction = await world.devnet.request('eth_getRawTransactionByHash', [hash])
    await reorg(1, [
      [await signedPayment(wallet), 0],
      [rawTransaction, 0],
    ])
    const again = await eventually(
      async () => (await world.deposits()).find(({ id }) => id === seen.id),
      (row) => row?.state === 'confirming' && row.block_hash !== seen.block_hash,
    )
    expect(again?.amount).toBe('5')
    await world.mine(2)
    await world.deposit(hash, 'waiting(queued)')
    await expectOnChain()
    const work = (await world.work()).filter(({ body }) => body['depositId'] === seen.id)
    expect(work).toHaveLength(1)
  })

  it('is detected after a restart if the reorg happened while the scanner was down', async () => {
    const wallet = await world.wallet()
    const first = world.scan()
    const dying = await world.devnet.pay(wallet, '1')
    await world.deposit(dying, 'detected')
    await first.stop()
    await reorg(1)
    await world.mine(5)
    const living = await world.devnet.pay(wallet, '2')
    world.scan()
    await world.deposit(dying, 'orphaned')
    await world.deposit(living, 'detected')
    await expectOnChain()
  })

  it('orphans a deposit that is already swept, notifies the exchange, and raises an alarm', async () => {
    const wallet = await world.wallet()
    const scanner = world.scan()
    const dying = await world.devnet.pay(wallet, '1')
    const { id } = await world.deposit(dying, 'detected')
    await world.sql`update deposits set state = 'done', covered = true where id = ${id}`
    await reorg(1)
    await eventually(
      () => scanner.log.lines.filter(({ level }) => level === 'error'),
      (lines) => lines.some(({ fields }) => JSON.stringify(fields).includes(id)),
    )
    expect((await world.deposits())[0]?.state).toBe('orphaned')
    expect((await world.events('deposit.orphaned')).map((e) => e.depositId)).toEqual([id])
  })

  it('halts the scanner with an alarm if the last common block is below every stored header', async () => {
    const scanner = world.scan()
    await world.mine(10)
    await world.caughtUp()
    await world.sql`delete from blocks where number < 9`
    await reorg(5)
    await eventually(
      () => scanner.problems().join(),
      (problem) => problem.includes('every stored header that is kept'),
    )
    const [cursor] = await world.sql`select height from scan_cursors`
    await world.mine(2)
    await eventually(
      () => scanner.metrics.counts.get('reorgs_too_deep') ?? 0,
      (count) => count >= 3,
    )
    expect((await world.sql`select height from scan_cursors`)[0]).toEqual(cursor)
  })
})
