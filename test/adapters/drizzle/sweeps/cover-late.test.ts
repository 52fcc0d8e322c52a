import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Address } from '../../../../domain/address.ts'
import type { Deposit } from '../../../../domain/deposits/deposit.ts'
import type { SweepOutcome } from '../../../../domain/sweeps/sweep.ts'
import { type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { aHash } from '../../../harness/factories/a-transaction.ts'
import { seedTransaction } from '../../../harness/factories/seed-rows.ts'

const aWallet = (): Address => `0x${randomBytes(20).toString('hex')}`

describe('a deposit that arrives while a sweep is in flight (MONEY 11)', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  /**
   * Stores a native sweep in block 50, signed from the balance in block 40. The sweep moved 100: a
   * deposit of 60 in block 5, and 40 of unused gas money from the keeper.
   */
  async function inFlight(outcome: Partial<SweepOutcome> = {}, wallet = aWallet()) {
    const { deposit, sweep } = await ledger.claimed({ wallet, asset: 'native', amount: 60n })
    const txHash = aHash()
    const mined = {
      attempts: [txHash],
      minedBlock: 50,
      state: 'succeeded',
      nonce: Math.floor(Math.random() * 1e9),
    }
    await seedTransaction(ledger.sql, {
      sweepId: sweep.id,
      step: 'sweep',
      sender: wallet,
      ...mined,
    })
    await ledger.sql`update transactions set balance_block = 40 where sweep_id = ${sweep.id}`
    await ledger.sweeps.saveOutcome(sweep.id, {
      txHash,
      blockNumber: 50n,
      txIndex: 2,
      leftAmount: 100n,
      arrivedAmount: 99n,
      coverableAmount: 100n,
      emptied: false,
      remainingAmount: null,
      logOrder: null,
      creditsBefore: null,
      gasSpentWei: 1n,
      ...outcome,
    })
    return { deposit, sweepId: sweep.id, wallet }
  }
  const put = (wallet: Address, more: Partial<Deposit>) =>
    ledger.put({ wallet, asset: 'native', ...more })
  const coveredBy = async ({ id }: Deposit) => {
    const { covered, sweepId } = await ledger.read(id)
    return covered ? sweepId : null
  }

  it('is not covered by a sweep of the keeper’s unused gas money while the deposit’s amount is in the wallet', async () => {
    const { deposit, sweepId, wallet } = await inFlight()
    const late = await put(wallet, { amount: 30n, blockNumber: 41n })
    expect(await ledger.sweeps.close(sweepId)).toBe(1)
    expect([await coveredBy(deposit), await coveredBy(late)]).toEqual([sweepId, null])
    const [row] = await ledger.sql`select gas_returned_wei from sweeps where id = ${sweepId}`
    expect(row?.['gas_returned_wei']).toBe('40')
    // The amount is still in the wallet, so this sweep did not move the deposit.
    expect(await ledger.sweeps.coverLate(late.id, 30n)).toBe(false)
  })

  it('is covered if the signed balance includes its block, or if the sweep emptied the wallet', async () => {
    const one = await inFlight()
    const same = await put(one.wallet, { amount: 30n, blockNumber: 40n })
    await ledger.sweeps.close(one.sweepId)
    expect(await coveredBy(same)).toBe(one.sweepId)
    const two = await inFlight({ emptied: true, remainingAmount: 0n })
    const late = await put(two.wallet, { amount: 30n, blockNumber: 49n })
    await ledger.sweeps.close(two.sweepId)
    expect(await coveredBy(late)).toBe(two.sweepId)
  })

  it('is covered once its amount has left the wallet, even if its block is after the block of the signed balance', async () => {
    const { sweepId, wallet } = await inFlight()
    const moved = await put(wallet, { amount: 30n, blockNumber: 45n })
    await ledger.sweeps.close(sweepId)
    expect(await coveredBy(moved)).toBeNull()
    expect(await ledger.sweeps.coverLate(moved.id, 29n)).toBe(true)
    expect(await coveredBy(moved)).toBe(sweepId)
    // The keeper's gas money is the part that no deposit explains.
    const [row] = await ledger.sql`select gas_returned_wei from sweeps where id = ${sweepId}`
    expect(row?.['gas_returned_wei']).toBe('10')
  })

  it('is not covered while it is confirming again after a reorg (MONEY 21)', async () => {
    const { sweepId, wallet } = await inFlight()
    await ledger.sweeps.close(sweepId)
    const back = await put(wallet, {
      amount: 30n,
      blockNumber: 45n,
      state: 'confirming',
      confirmedAt: null,
    })
    expect(await ledger.sweeps.coverLate(back.id, 0n)).toBe(false)
    expect((await ledger.read(back.id)).state).toBe('confirming')
  })

  it('is covered by the earlier sweep that moved its amount, not by the next sweep, if the scanner finds it late', async () => {
    const first = await inFlight()
    await ledger.sweeps.close(first.sweepId)
    const second = await inFlight({ blockNumber: 60n }, first.wallet)
    await ledger.sql`update transactions set balance_block = 55 where sweep_id = ${second.sweepId}`
    await ledger.sql`update deposits set block_number = 52 where id = ${second.deposit.id}`
    // The late deposit is in block 6, before all deposits of the second sweep. If the first sweep
    // did not cover the late deposit, the second sweep would cover it instead of its own deposits.
    const late = await put(first.wallet, { amount: 40n, blockNumber: 6n })
    const behind = await put(first.wallet, { amount: 40n, blockNumber: 53n })
    await ledger.sweeps.close(second.sweepId)
    expect([
      await coveredBy(late),
      await coveredBy(second.deposit),
      await coveredBy(behind),
    ]).toEqual([first.sweepId, second.sweepId, second.sweepId])
  })
})
