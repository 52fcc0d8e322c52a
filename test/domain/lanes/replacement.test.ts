import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FeePlan } from '../../../domain/chains/fees.ts'
import { planReplacement, raisedFee } from '../../../domain/lanes/replacement.ts'
import { isReplacementDue } from '../../../domain/lanes/replacement-due.ts'
import type { Transaction } from '../../../domain/lanes/transaction.ts'
import { ether, gwei } from '../../harness/factories/a-chain.ts'
import { anAttempt, aTransaction } from '../../harness/factories/a-transaction.ts'

const market = (wei: bigint, tip = 1n): FeePlan => ({
  marketWei: wei,
  startWei: (wei * 3n) / 2n,
  capWei: 2n * wei,
  priorityFeeWei: tip,
})
const ceilingWei = 200n * gwei
const gasLimit = 21_000n

function signed(more: Partial<Transaction>, feeWei = 10n * gwei, tipWei = gwei): Transaction {
  const valueWei = more.valueWei ?? 0n
  const attempt = anAttempt({ valueWei, maxFeeWei: feeWei, maxPriorityFeeWei: tipWei })
  return aTransaction({ attempts: [attempt], feeCapWei: 30n * gwei, ...more })
}
const aTokenSweep = (feeWei?: bigint, tip?: bigint) =>
  signed({ step: 'sweep', data: '0xa9059cbb' }, feeWei, tip)
const aNativeSweep = (feeWei = 10n * gwei, tip = feeWei) =>
  signed({ step: 'sweep', valueWei: ether - gasLimit * feeWei }, feeWei, tip)
const gas = (feeWei?: bigint) => signed({ step: 'gas', valueWei: gwei }, feeWei)

const plan = (transaction: Transaction, marketWei: bigint, spendableWei = ether) =>
  planReplacement({ transaction, gasLimit, market: market(marketWei), ceilingWei, spendableWei })

describe('what the next attempt offers (MONEY 8)', () => {
  it('a market that has not moved: both fees 12.5 % up, rounded up', () => {
    const next = plan(signed({ step: 'gas' }, 10n * gwei + 1n, gwei + 1n), gwei)
    expect(next).toMatchObject({
      kind: 'sign',
      fees: { maxFeeWei: 11_250_000_002n, maxPriorityFeeWei: 1_125_000_002n },
    })
  })

  it('a market that has jumped: straight to it, with the room of a first attempt', () => {
    expect(plan(gas(), 40n * gwei)).toMatchObject({ fees: { maxFeeWei: 60n * gwei } })
  })

  it('a chain that has become a legacy one: both are one price', () => {
    const now = market(12n * gwei, 18n * gwei)
    const next = planReplacement({
      transaction: gas(),
      gasLimit,
      market: now,
      ceilingWei,
      spendableWei: ether,
    })
    expect(next).toMatchObject({
      fees: { maxFeeWei: 18n * gwei, maxPriorityFeeWei: 18n * gwei },
    })
  })

  it('a tip of nothing is raised too: nodes want both higher', () => {
    expect(raisedFee(0n)).toBe(1n)
  })

  it.each([
    ['a token sweep goes to its funded cap', aTokenSweep(), 25n * gwei, ether, 30n * gwei],
    ['and to what its wallet can pay', aTokenSweep(), 20n * gwei, 21_000n * 22n * gwei, 22n * gwei],
    [
      'gas goes to what the keeper can pay',
      gas(),
      40n * gwei,
      21_000n * 50n * gwei + gwei,
      50n * gwei,
    ],
    ['and to the ceiling', gas(), 150n * gwei, ether, 200n * gwei],
  ] as const)('%s', (_, transaction, marketWei, spendable, feeWei) => {
    expect(plan(transaction, marketWei, spendable)).toMatchObject({ fees: { maxFeeWei: feeWei } })
  })

  it.each([
    ['a token sweep above what was funded', aTokenSweep(), 31n * gwei, ether, 'past-cap'],
    ['one at its cap already', aTokenSweep(30n * gwei), gwei, ether, 'past-cap'],
    ['gas that the keeper can’t pay', gas(), 40n * gwei, 21_000n * 40n * gwei, 'unpayable'],
    ['a wallet funded to the wei', aTokenSweep(), gwei, 21_000n * 10n * gwei, 'unpayable'],
    ['a market above the ceiling', gas(), 201n * gwei, ether, 'above-ceiling'],
    ['a step above the ceiling', gas(190n * gwei), gwei, ether, 'above-ceiling'],
    [
      'a native sweep that its fee eats up',
      aNativeSweep(),
      40n * gwei,
      21_000n * 40n * gwei,
      'unpayable',
    ],
  ] as const)('nothing is signed: %s', (_, transaction, marketWei, spendable, kind) => {
    expect(plan(transaction, marketWei, spendable)).toEqual({ kind })
  })

  it('a native sweep pays for its bump from its value (MONEY 9)', () => {
    expect(plan(aNativeSweep(), 40n * gwei)).toMatchObject({
      valueWei: ether - gasLimit * 60n * gwei,
      fees: { maxFeeWei: 60n * gwei, maxPriorityFeeWei: 60n * gwei },
    })
  })

  it('a native sweep whose balance dropped moves what is there', () => {
    const next = plan(aNativeSweep(), gwei, ether / 2n)
    expect(next).toMatchObject({ valueWei: ether / 2n - gasLimit * 11_250_000_000n })
  })

  it('a cancel pays nothing, may go past the funded cap, and never above the ceiling', () => {
    const asked = { ...aTokenSweep(), cancelReason: 'an operator asked' }
    expect(plan(asked, 100n * gwei)).toMatchObject({
      valueWei: 0n,
      fees: { maxFeeWei: 150n * gwei },
    })
    expect(plan(asked, 201n * gwei)).toEqual({ kind: 'above-ceiling' })
  })
})

const wei = (max: bigint) => fc.bigInt({ min: 0n, max })
const transactions = fc
  .record({
    kind: fc.constantFrom('gas', 'native', 'token'),
    fee: fc.bigInt({ min: 1n, max: 250n * gwei }),
    tipShare: fc.integer({ min: 0, max: 4 }),
    cap: wei(250n * gwei),
    value: wei(ether),
    cancel: fc.boolean(),
  })
  .map(({ kind, fee, tipShare, cap, value, cancel }) =>
    signed(
      {
        step: kind === 'gas' ? 'gas' : 'sweep',
        data: kind === 'token' ? '0xa9059cbb' : '0x',
        valueWei: kind === 'token' ? 0n : value,
        feeCapWei: cap,
        cancelReason: cancel ? 'asked' : null,
      },
      fee,
      (fee * BigInt(tipShare)) / 4n,
    ),
  )

it('whatever is asked: a replacement is higher by 12.5 % in both fees, and within ceiling, cap and purse (MONEY 8, 9)', () => {
  let made = 0
  const property = fc.property(
    transactions,
    wei(250n * gwei),
    wei(3n * gwei),
    wei(ether + ether / 50n),
    (transaction, marketWei, tip, spendableWei) => {
      const input = { gasLimit, market: market(marketWei, tip), ceilingWei, spendableWei }
      const next = planReplacement({ ...input, transaction })
      if (next.kind !== 'sign') return
      made += 1
      const [first] = transaction.attempts
      const { maxFeeWei, maxPriorityFeeWei } = next.fees
      expect(8n * maxFeeWei).toBeGreaterThanOrEqual(9n * (first?.maxFeeWei ?? 0n))
      expect(8n * maxPriorityFeeWei).toBeGreaterThanOrEqual(9n * (first?.maxPriorityFeeWei ?? 0n))
      expect(maxPriorityFeeWei).toBeGreaterThan(first?.maxPriorityFeeWei ?? 0n)
      expect(maxFeeWei).toBeGreaterThanOrEqual(maxPriorityFeeWei)
      expect(maxFeeWei).toBeGreaterThanOrEqual(marketWei)
      expect(maxFeeWei).toBeLessThanOrEqual(ceilingWei)
      expect(next.valueWei + gasLimit * maxFeeWei).toBeLessThanOrEqual(spendableWei)
      expect(next.valueWei).toBeLessThanOrEqual(transaction.valueWei)
      if (transaction.cancelReason !== null) expect(next.valueWei).toBe(0n)
      else if (transaction.step === 'gas') expect(next.valueWei).toBe(transaction.valueWei)
      else if (transaction.data !== '0x') expect(maxFeeWei <= transaction.feeCapWei).toBe(true)
      else {
        const signedFirst = transaction.valueWei + gasLimit * (first?.maxFeeWei ?? 0n)
        expect(next.valueWei).toBeGreaterThan(0n)
        expect(next.valueWei + gasLimit * maxFeeWei).toBeLessThanOrEqual(signedFirst)
      }
    },
  )
  fc.assert(property, { numRuns: 20_000 })
  expect(made).toBeGreaterThan(1_000)
})

describe('when it is due', () => {
  const due = (more: Partial<Parameters<typeof isReplacementDue>[0]> = {}) =>
    isReplacementDue({
      transaction: gas(),
      headBlock: 13n,
      bumpAfterBlocks: 3,
      chainNonce: 0n,
      marketWei: 5n * gwei,
      refused: false,
      ...more,
    })
  const outbid = { marketWei: 11n * gwei }
  const above = { transaction: { ...gas(), nonce: 1n } }
  const unsent = { transaction: gas() }
  unsent.transaction = {
    ...unsent.transaction,
    attempts: unsent.transaction.attempts.map((attempt) => ({ ...attempt, lastSentAt: null })),
  }
  const asked = { transaction: { ...gas(), cancelReason: 'asked' } }

  it.each([
    ['signed 3 blocks ago, and its turn has come', {}, true],
    [
      'its turn has come, and it offers four times the market’s price',
      { marketWei: 2n * gwei },
      false,
    ],
    ['2 blocks ago', { headBlock: 12n }, false],
    ['it waits for a lower nonce', above, false],
    ['it waits for a lower nonce, and is outbid', { ...above, ...outbid }, true],
    ['never sent: first it is sent', unsent, false],
    ['outbid, and held by the node', { headBlock: 11n, ...outbid }, false],
    ['outbid and refused, a block later', { headBlock: 11n, ...outbid, refused: true }, true],
    ['outbid and refused, in the same block', { headBlock: 10n, ...outbid, refused: true }, false],
    ['refused for another reason', { headBlock: 11n, refused: true }, false],
    ['a cancel was asked for', { headBlock: 10n, ...asked }, true],
  ] as const)('%s', (_, more, expected) => {
    expect(due(more)).toBe(expected)
  })
})
