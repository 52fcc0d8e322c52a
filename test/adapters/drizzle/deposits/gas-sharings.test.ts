import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDepositViews } from '../../../../adapters/drizzle/deposits/deposit-views.ts'
import type { Address } from '../../../../domain/address.ts'
import { deposits } from '../../../../drizzle/schema.ts'
import { type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { aHash } from '../../../harness/factories/a-transaction.ts'

const aWallet = (): Address => `0x${randomBytes(20).toString('hex')}`

describe('the share of each deposit in its sweep’s gas', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  /** Closes a sweep in block 50 that moved `amount` and paid 100 wei for gas. */
  async function closed(wallet: Address, first: bigint, amount: bigint, more: readonly bigint[]) {
    const { deposit, sweep } = await ledger.claimed({ wallet, amount: first, blockNumber: 5n })
    const others = []
    for (const [index, one] of more.entries())
      others.push(await ledger.put({ wallet, amount: one, blockNumber: 6n + BigInt(index) }))
    await ledger.sweeps.saveOutcome(sweep.id, {
      txHash: aHash(),
      blockNumber: 50n,
      txIndex: 2,
      leftAmount: amount,
      arrivedAmount: amount,
      coverableAmount: amount,
      emptied: false,
      remainingAmount: null,
      logOrder: 0,
      creditsBefore: 0,
      gasSpentWei: 100n,
    })
    await ledger.sweeps.close(sweep.id)
    return { sweepId: sweep.id, all: [deposit, ...others] }
  }
  /** Shares in the order in which the deposits were credited. */
  async function sharesOf(sweepId: string) {
    const views = await readDepositViews(ledger.db, eq(deposits.sweepId, sweepId), 100)
    const inOrder = [...views].sort((a, b) => Number(a.deposit.blockNumber - b.deposit.blockNumber))
    return inOrder.map(({ gasShareWei }) => gasShareWei)
  }
  async function announced(sweepId: string) {
    const rows = await ledger.sql<{ share: string }[]>`
      select body->'data'->>'gasShareWei' as share from outbox
      where route = 'sweep.done' and body->'data'->>'sweepId' = ${sweepId} order by id`
    return rows.map(({ share }) => BigInt(share))
  }

  it('adds up to the sweep’s gas, in the rows and in the events', async () => {
    const { sweepId } = await closed(aWallet(), 1n, 3n, [1n, 1n])
    expect(await sharesOf(sweepId)).toEqual([34n, 33n, 33n])
    expect(await announced(sweepId)).toEqual([34n, 33n, 33n])
  })

  it('does not change when the sweep covers a deposit later', async () => {
    const wallet = aWallet()
    const { sweepId } = await closed(wallet, 60n, 100n, [])
    const late = await ledger.put({ wallet, amount: 40n, blockNumber: 4n })
    expect(await ledger.sweeps.coverLate(late.id, 0n)).toBe(true)
    expect(await sharesOf(sweepId)).toEqual([0n, 100n])
    expect(await announced(sweepId)).toEqual([100n, 0n])
  })

  it('is borne by the first late deposit if the sweep covered none when it closed', async () => {
    const wallet = aWallet()
    const { sweepId } = await closed(wallet, 60n, 50n, [])
    expect(await sharesOf(sweepId)).toEqual([null])
    const [late, later] = [
      await ledger.put({ wallet, amount: 20n, blockNumber: 4n }),
      await ledger.put({ wallet, amount: 30n, blockNumber: 3n }),
    ]
    for (const one of [late, later]) expect(await ledger.sweeps.coverLate(one.id, 0n)).toBe(true)
    expect(await sharesOf(sweepId)).toEqual([0n, 100n, null])
    expect(await announced(sweepId)).toEqual([100n, 0n])
  })

  it('is unknown until the sweep is closed', async () => {
    const { deposit, sweep } = await ledger.claimed({ wallet: aWallet(), amount: 60n })
    await ledger.sql`update deposits set sweep_id = ${sweep.id} where id = ${deposit.id}`
    expect(await sharesOf(sweep.id)).toEqual([null])
  })
})
