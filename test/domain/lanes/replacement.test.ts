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

const caps = { maxPerSweepWei: ether / 10n, maxFeeShare: 25n }
const limits = { gasLimit, ceilingWei, caps, l1FeeWei: 0n }
const plan = (transaction: Transaction, marketWei: bigint, spendableWei = ether) =>
  planReplacement({ ...limits, transaction, market: market(marketWei), spendableWei })

describe('planReplacement (MONEY 8)', () => {
  it('raises both fees by 12.5 %, rounded up, when the market price has not changed', () => {
    const next = plan(signed({ step: 'gas' }, 10n * gwei + 1n, gwei + 1n), gwei)
    expect(next).toMatchObject({
      kind: 'sign',
      fees: { maxFeeWei: 11_250_000_002n, maxPriorityFeeWei: 1_125_000_002n },
    })
  })

  it('raises the fee to the starting fee of a first attempt when the market price has jumped', () => {
    expect(plan(gas(), 40n * gwei)).toMatchObject({ fees: { maxFeeWei: 60n * gwei } })
  })

  it('sets both fees to the gas price on a chain that has become a legacy chain', () => {
    const now = market(12n * gwei, 18n * gwei)
    const next = planReplacement({
      ...limits,
      transaction: gas(),
      market: now,
      spendableWei: ether,
    })
    expect(next).toMatchObject({
      fees: { maxFeeWei: 18n * gwei, maxPriorityFeeWei: 18n * gwei },
    })
  })

  it('raises a tip of 0 to 1 wei, because nodes require both fees to rise', () => {
    expect(raisedFee(0n)).toBe(1n)
  })

  it.each([
    ['a token sweep to its funded cap', aTokenSweep(), 25n * gwei, ether, 30n * gwei],
    [
      'a token sweep to the balance of its wallet',
      aTokenSweep(),
      20n * gwei,
      21_000n * 22n * gwei,
      22n * gwei,
    ],
    [
      'gas to the balance of the keeper',
      gas(),
      40n * gwei,
      21_000n * 50n * gwei + gwei,
      50n * gwei,
    ],
    ['gas to the ceiling', gas(), 150n * gwei, ether, 200n * gwei],
  ] as const)('limits the fee of %s', (_, transaction, marketWei, spendable, feeWei) => {
    expect(plan(transaction, marketWei, spendable)).toMatchObject({ fees: { maxFeeWei: feeWei } })
  })

  it.each([
    [
      'a token sweep with a market price above its cap',
      aTokenSweep(),
      31n * gwei,
      ether,
      'past-cap',
    ],
    ['a token sweep whose fee is at its cap', aTokenSweep(30n * gwei), gwei, ether, 'past-cap'],
    ['gas that the keeper cannot pay', gas(), 40n * gwei, 21_000n * 40n * gwei, 'unpayable'],
    [
      'a token sweep whose wallet holds only the signed gas',
      aTokenSweep(),
      gwei,
      21_000n * 10n * gwei,
      'unpayable',
    ],
    ['a market price above the ceiling', gas(), 201n * gwei, ether, 'above-ceiling'],
    ['a bump above the ceiling', gas(190n * gwei), gwei, ether, 'above-ceiling'],
    [
      'a native sweep whose fee exceeds its balance',
      aNativeSweep(),
      40n * gwei,
      21_000n * 40n * gwei,
      'past-cap',
    ],
  ] as const)('signs nothing for %s', (_, transaction, marketWei, spendable, kind) => {
    expect(plan(transaction, marketWei, spendable)).toEqual({ kind })
  })

  it('pays for the bump of a native sweep from its value (MONEY 9)', () => {
    expect(plan(aNativeSweep(), 40n * gwei)).toMatchObject({
      valueWei: ether - gasLimit * 60n * gwei,
      fees: { maxFeeWei: 60n * gwei, maxPriorityFeeWei: 60n * gwei },
    })
  })

  it('lowers the value of a native sweep when the balance has fallen', () => {
    const next = plan(aNativeSweep(), gwei, ether / 2n)
    expect(next).toMatchObject({ valueWei: ether / 2n - gasLimit * 11_250_000_000n })
  })

  it('plans a cancel with value 0, whose fee may exceed the funded cap but not the ceiling', () => {
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
    costLimit: fc.option(wei(ether / 100n)),
  })
  .map(({ kind, fee, tipShare, cap, value, cancel, costLimit }) =>
    signed(
      {
        step: kind === 'gas' ? 'gas' : 'sweep',
        data: kind === 'token' ? '0xa9059cbb' : '0x',
        valueWei: kind === 'token' ? 0n : value,
        feeCapWei: cap,
        cancelReason: cancel ? 'asked' : null,
        costLimitWei: costLimit,
      },
      fee,
      (fee * BigInt(tipShare)) / 4n,
    ),
  )

it('planReplacement raises both fees by 12.5 % within ceiling, cap and balance, for all inputs (MONEY 8, 9)', () => {
  let made = 0
  const property = fc.property(
    transactions,
    wei(250n * gwei),
    wei(3n * gwei),
    wei(ether + ether / 50n),
    (transaction, marketWei, tip, spendableWei) => {
      const input = { ...limits, market: market(marketWei, tip), spendableWei }
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
      const { costLimitWei, cancelReason } = transaction
      if (costLimitWei !== null && cancelReason === null)
        expect(gasLimit * maxFeeWei).toBeLessThanOrEqual(costLimitWei)
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

describe('isReplacementDue', () => {
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
    ['is true for a transaction signed 3 blocks ago with the next nonce', {}, true],
    [
      'is false for a transaction with the next nonce and a fee above four times the market price',
      { marketWei: 2n * gwei },
      false,
    ],
    ['is false for a transaction signed 2 blocks ago', { headBlock: 12n }, false],
    ['is false for a transaction that waits for a lower nonce', above, false],
    [
      'is true for a transaction below the market price that waits for a lower nonce',
      { ...above, ...outbid },
      true,
    ],
    ['is false for a transaction that was never sent', unsent, false],
    [
      'is false for a transaction below the market price that a node holds, one block after its signature',
      { headBlock: 11n, ...outbid },
      false,
    ],
    [
      'is true for a rejected transaction below the market price, one block after its signature',
      { headBlock: 11n, ...outbid, refused: true },
      true,
    ],
    [
      'is false for a rejected transaction below the market price, in the block of its signature',
      { headBlock: 10n, ...outbid, refused: true },
      false,
    ],
    [
      'is false for a rejected transaction above the market price',
      { headBlock: 11n, refused: true },
      false,
    ],
    ['is true for a transaction with a requested cancel', { headBlock: 10n, ...asked }, true],
  ] as const)('%s', (_, more, expected) => {
    expect(due(more)).toBe(expected)
  })
})
