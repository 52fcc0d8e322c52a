import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Address, Hash } from '../../../../domain/address.ts'
import type { Deposit } from '../../../../domain/deposits/deposit.ts'
import type { Position } from '../../../../domain/deposits/deposit-id.ts'
import type { SweepOutcome } from '../../../../domain/sweeps/sweep.ts'
import { type OwnLedger, ownLedger } from '../../../harness/benches/own-ledger.ts'
import { aSweepOutcome } from '../../../harness/factories/a-sweep-outcome.ts'
import { aHash } from '../../../harness/factories/a-transaction.ts'
import { seedTransaction } from '../../../harness/factories/seed-rows.ts'

const aWallet = (): Address => `0x${randomBytes(20).toString('hex')}`

describe('coverage of deposits in the transaction of a sweep, and in its block (MONEY 11)', () => {
  let ledger: OwnLedger
  beforeAll(async () => {
    ledger = await ownLedger()
  })
  afterAll(() => ledger.close())

  /**
   * Stores a token sweep in block 50, signed from the balance in block 48, and its deposit of 100.
   * The sweep's Transfer is the third log of its receipt.
   */
  async function swept(
    outcome: Partial<SweepOutcome> = {},
    { wallet = aWallet(), deposit: given = {} as Partial<Deposit>, nonce = 0 } = {},
  ) {
    const { deposit, sweep } = await ledger.claimed({ wallet, amount: 100n, ...given })
    const txHash = aHash()
    const blockNumber = outcome.blockNumber ?? 50n
    await seedTransaction(ledger.sql, {
      sweepId: sweep.id,
      step: 'sweep',
      sender: wallet,
      nonce,
      state: 'succeeded',
      attempts: [txHash],
      minedBlock: Number(blockNumber),
    })
    await ledger.sql`
      update transactions set balance_block = ${String(blockNumber - 2n)} where sweep_id = ${sweep.id}`
    const moved = outcome.coverableAmount ?? 100n
    const place = { txHash, blockNumber, logOrder: 2, creditsBefore: 1, gasSpentWei: 1n }
    await ledger.sweeps.saveOutcome(sweep.id, aSweepOutcome(moved, { ...place, ...outcome }))
    return { deposit, sweepId: sweep.id, wallet, txHash }
  }
  /** Stores a credit (interest) that the sweep's own transaction logged. */
  const inSweep = (
    { wallet, txHash }: { wallet: Address; txHash: Hash },
    amount: bigint,
    more: Partial<Deposit> = {},
  ) => {
    const { logOrder = 1, ...rest } = more
    const position: Position = `${logOrder}`
    const place = { txHash, blockNumber: 50n, txIndex: 2, logOrder, position }
    return ledger.put({ wallet, amount, ...place, ...rest })
  }
  const coveredBy = async ({ id }: Deposit) => {
    const { covered, sweepId } = await ledger.read(id)
    return covered ? sweepId : null
  }

  it('covers interest that was in the signed balance and was logged before the sweep’s transfer', async () => {
    const sweep = await swept({ coverableAmount: 105n })
    const { deposit, sweepId } = sweep
    const interest = await inSweep(sweep, 5n)
    expect(await ledger.sweeps.close(sweepId)).toBe(2)
    expect([await coveredBy(deposit), await coveredBy(interest)]).toEqual([sweepId, sweepId])
  })

  it.each([
    ['one more log of another contract before interest and transfer', { logOrder: 2 }],
    ['three more logs before the interest', { logOrder: 4 }],
    ['another place in the block', { txIndex: 3 }],
  ])('covers interest before the transfer even if the scanner’s node lists %s', async (_, more) => {
    const sweep = await swept({ coverableAmount: 105n })
    const interest = await inSweep(sweep, 5n, more)
    await ledger.sweeps.close(sweep.sweepId)
    expect(await coveredBy(interest)).toBe(sweep.sweepId)
  })

  it('covers interest before the transfer even if the scanner finds the interest after the sweep was recorded', async () => {
    const sweep = await swept({ coverableAmount: 105n })
    await ledger.sweeps.close(sweep.sweepId)
    const interest = await inSweep(sweep, 5n, { logOrder: 2 })
    expect(await ledger.sweeps.coverLate(interest.id, 0n)).toBe(true)
    expect(await coveredBy(interest)).toBe(sweep.sweepId)
  })

  it('covers interest before the transfer even if an unapproved extra credit precedes the interest', async () => {
    const sweep = await swept({ coverableAmount: 105n })
    await inSweep(sweep, 5n, { logOrder: 0, state: 'confirming', confirmedAt: null })
    await ledger.sql`update deposits set doubt = 'content-differs' where tx_hash = ${sweep.txHash}`
    const interest = await inSweep(sweep, 5n)
    await ledger.sweeps.close(sweep.sweepId)
    expect(await coveredBy(interest)).toBe(sweep.sweepId)
  })

  it.each([
    ['before the transfer', 1, true],
    ['after the transfer', 3, false],
  ])(
    'compares log orders if an earlier version of coldsweep recorded the sweep: a credit %s',
    async (_, logOrder, isCovered) => {
      const sweep = await swept({ coverableAmount: 105n, creditsBefore: null })
      const interest = await inSweep(sweep, 5n, { logOrder })
      await ledger.sweeps.close(sweep.sweepId)
      expect(await coveredBy(interest)).toBe(isCovered ? sweep.sweepId : null)
    },
  )

  it.each([
    [
      'that is logged after the transfer',
      { coverableAmount: 105n, creditsBefore: 0 },
      { logOrder: 3 },
    ],
    [
      'that is logged after the transfer, if the scanner’s node lists two logs fewer',
      { coverableAmount: 105n, creditsBefore: 0, logOrder: 4 },
      { logOrder: 3 },
    ],
    ['that was not in the signed balance', { remainingAmount: 5n }, {}],
    [
      'that is still in the wallet, although the sweep moved other growth',
      { coverableAmount: 110n, remainingAmount: 5n },
      {},
    ],
    ['of a later transaction', { coverableAmount: 105n }, { txHash: aHash(), txIndex: 3 }],
  ] as const)('does not cover interest %s', async (_, outcome, more) => {
    const sweep = await swept(outcome)
    const { deposit, sweepId } = sweep
    const interest = await inSweep(sweep, 5n, more)
    await ledger.sweeps.close(sweepId)
    expect([await coveredBy(deposit), await coveredBy(interest)]).toEqual([sweepId, null])
    expect(await ledger.sweeps.coverLate(interest.id, 5n)).toBe(false)
    const claim = await ledger.sweeps.claim(interest, 'run-2', 60_000, 0n)
    expect(claim.kind).toBe('mine')
  })

  it('covers no amount that never left the wallet, however much the token logs', async () => {
    const empty = { emptied: true, remainingAmount: 0n }
    const sweep = await swept({ coverableAmount: 105n, creditsBefore: 2, ...empty })
    const { deposit, sweepId } = sweep
    const honest = await inSweep(sweep, 5n, { logOrder: 0 })
    const hostile = await inSweep(sweep, 10n ** 30n)
    await ledger.sweeps.close(sweepId)
    expect([await coveredBy(deposit), await coveredBy(honest), await coveredBy(hostile)]).toEqual([
      sweepId,
      sweepId,
      null,
    ])
    expect(await ledger.sweeps.coverLate(hostile.id, 0n)).toBe(false)
  })

  it('covers interest of which the sweep moved a part, while the other part is in the wallet as dust', async () => {
    const sweep = await swept({ coverableAmount: 104n, remainingAmount: 2n })
    const { sweepId } = sweep
    const interest = await inSweep(sweep, 6n)
    await ledger.sweeps.close(sweepId)
    expect(await coveredBy(interest)).toBeNull()
    // The sweep left 2. A balance of 1 means that an external transaction took the rest, so the
    // interest is not explained.
    expect(await ledger.sweeps.coverLate(interest.id, 1n)).toBe(false)
    expect(await ledger.sweeps.coverLate(interest.id, 2n)).toBe(true)
    expect(await coveredBy(interest)).toBe(sweepId)
  })

  it('covers interest that two sweeps moved in parts, and also the deposits of the second sweep', async () => {
    const first = await swept({ coverableAmount: 104n, remainingAmount: 2n })
    const { wallet } = first
    const interest = await inSweep(first, 6n)
    await ledger.sweeps.close(first.sweepId)
    const second = await swept(
      { blockNumber: 60n, coverableAmount: 33n, remainingAmount: 1n },
      { wallet, deposit: { amount: 30n, blockNumber: 55n }, nonce: 1 },
    )
    const more = await inSweep(second, 2n, { blockNumber: 60n })
    await ledger.sweeps.close(second.sweepId)
    expect([await coveredBy(interest), await coveredBy(second.deposit)]).toEqual([
      second.sweepId,
      second.sweepId,
    ])
    expect(await ledger.sweeps.coverLate(more.id, 1n)).toBe(true)
  })

  it('does not cover an earlier deposit in the sweep’s block if the only witness is a balance of 0 at that block', async () => {
    const { deposit, sweepId, wallet } = await swept({ emptied: true })
    const second = await ledger.put({ wallet, amount: 30n, blockNumber: 50n, txIndex: 0 })
    await ledger.sweeps.close(sweepId)
    expect([await coveredBy(deposit), await coveredBy(second)]).toEqual([sweepId, null])
  })

  it('does not cover an earlier deposit in the sweep’s block if the sweep did not move the deposit’s amount', async () => {
    const { sweepId, wallet } = await swept({ emptied: true, remainingAmount: 0n })
    const second = await ledger.put({ wallet, amount: 30n, blockNumber: 50n, txIndex: 0 })
    await ledger.sweeps.close(sweepId)
    expect(await coveredBy(second)).toBeNull()
    expect(await ledger.sweeps.coverLate(second.id, 0n)).toBe(false)
  })

  it('covers a deposit of which a shrunk balance contained a part, and leaves the next deposit uncovered', async () => {
    const { deposit, sweepId, wallet } = await swept({ coverableAmount: 70n, emptied: true })
    const second = await ledger.put({ wallet, amount: 30n, blockNumber: 6n })
    await ledger.sweeps.close(sweepId)
    expect([await coveredBy(deposit), await coveredBy(second)]).toEqual([sweepId, null])
    expect((await ledger.read(deposit.id)).detail).toMatch(/held 70 of the 100 /)
  })
})
