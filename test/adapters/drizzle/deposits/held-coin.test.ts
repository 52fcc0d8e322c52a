import { describe, expect, it } from 'vitest'
import type { Deposit } from '../../../../domain/deposits/deposit.ts'
import { chainId, type OrdersBench, ordersBench } from '../../../harness/benches/orders-bench.ts'
import { keeper, token, wallet } from '../../../harness/factories/a-chain.ts'
import { drawAddress, seedTransaction } from '../../../harness/factories/seed-rows.ts'

let bench: OrdersBench
ordersBench((own) => {
  bench = own
})

const native = (amount: bigint, more: Partial<Deposit> = {}) =>
  ({ asset: 'native', amount, ...more }) as const
const coin = () => bench.ledger.sweeps.heldCoin(chainId, wallet)
const held = async () => (await coin()).heldWei

describe('native coin that token sweeps may not use (MONEY 16)', () => {
  it('is 0 without a hold, whatever the wallet holds', async () => {
    await bench.ledger.put(native(5n))
    expect(await held()).toBe(0n)
    await bench.held({ asset: token })
    expect(await held()).toBe(0n)
    await bench.held(native(7n, { wallet: drawAddress() as typeof wallet }))
    expect(await held()).toBe(0n)
  })

  it('is every native deposit that no sweep moved, while one of them is held', async () => {
    await bench.held(native(5n))
    await bench.ledger.put(native(20n))
    await bench.ledger.put(native(300n, { state: 'confirming', confirmedAt: null }))
    await bench.ledger.put(native(4_000n, { state: 'ignored', reason: 'dust' }))
    await bench.ledger.put(native(50_000n, { state: 'done', covered: true }))
    await bench.ledger.put(native(600_000n, { state: 'orphaned' }))
    expect(await held()).toBe(4_325n)
    const lane = { chainId, sender: wallet, role: 'wallet', chainNonce: 0n } as const
    expect(await bench.ledger.lanes.withLane(lane, (locked) => locked.heldCoin())).toEqual({
      heldWei: 4_325n,
      gasWei: 0n,
    })
  })

  it.each([
    [
      'released',
      async ({ id }: Deposit) => {
        await bench.ledger.sql`update deposits set released_at = now() where id = ${id}`
      },
    ],
    [
      'covered',
      async ({ id }: Deposit) => {
        await bench.ledger.sql`update deposits set covered = true, state = 'done' where id = ${id}`
      },
    ],
  ])('is 0 again once the held deposit is %s', async (_, end) => {
    const deposit = await bench.held(native(5n))
    await bench.ledger.put(native(20n))
    expect(await held()).toBe(25n)
    await end(deposit)
    expect(await held()).toBe(0n)
  })

  it('keeps the gas money of open sweeps usable, less what the wallet paid for them', async () => {
    const { sweep } = await bench.ledger.claimed({ asset: token })
    const gas = { sweepId: sweep.id, step: 'gas', sender: keeper } as const
    const fee = 21_000n * 10n ** 9n
    await seedTransaction(bench.ledger.sql, {
      ...gas,
      state: 'succeeded',
      minedBlock: 9,
      valueWei: String(3n * fee),
    })
    await bench.held(native(5n))
    expect(await coin()).toEqual({ heldWei: 5n, gasWei: 3n * fee })
    await seedTransaction(bench.ledger.sql, {
      ...gas,
      step: 'sweep',
      sender: wallet,
      state: 'reverted',
      minedBlock: 10,
    })
    await bench.ledger.sql`update transactions set chain_id = ${chainId}`
    expect((await coin()).gasWei).toBe(2n * fee)
  })
})
