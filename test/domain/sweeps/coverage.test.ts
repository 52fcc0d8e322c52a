import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coveredBy, isBelievedEmpty } from '../../../domain/sweeps/coverage.ts'
import { aDeposit } from '../../harness/factories/a-deposit.ts'
import { aHash } from '../../harness/factories/a-transaction.ts'

const deposits = (...amounts: number[]) =>
  amounts.map((amount) => aDeposit({ amount: BigInt(amount) }))
/** Place of a sweep in block 50. */
const place = { blockNumber: 50n, txHash: aHash(), remaining: null }
const amountsOf = (covered: readonly { amount: bigint }[]) => covered.map((d) => Number(d.amount))

describe('coveredBy (MONEY 11)', () => {
  // Columns: title, deposits, coverable amount, whether the sweep emptied the wallet, result.
  it.each([
    ['covers all deposits that fit', [3, 4], 7n, false, [3, 4]],
    ['covers all deposits when more than their sum left the wallet', [3, 4], 100n, false, [3, 4]],
    ['skips the last deposit when it does not fit', [3, 4, 1], 7n, false, [3, 4]],
    ['stops at the first deposit that does not fit', [3, 9, 1], 5n, false, [3]],
    ['covers nothing when the first deposit does not fit', [9, 1], 5n, false, []],
    ['covers a deposit of which a part left an emptied wallet', [3, 9], 5n, true, [3, 9]],
    ['skips a deposit of which no part left', [9, 9], 5n, true, [9]],
    ['covers nothing without deposits', [], 5n, true, []],
  ] as const)('%s', (_, amounts, coverableAmount, emptied, expected) => {
    const covered = coveredBy(deposits(...amounts), {
      ...place,
      coverableAmount,
      emptied,
      balanceBlock: null,
    })
    expect(amountsOf(covered)).toEqual(expected)
  })

  it.each([
    ['does not cover a deposit after the signed balance, although it fits', 6n, false, [3]],
    ['covers a deposit in the block of the signed balance', 7n, false, [3, 4]],
    ['covers a deposit after the signed balance of an emptied wallet', 6n, true, [3, 4]],
  ] as const)('%s', (_, balanceBlock, emptied, expected) => {
    const uncovered = [
      aDeposit({ amount: 3n, blockNumber: 5n }),
      aDeposit({ amount: 4n, blockNumber: 7n }),
    ]
    const covered = coveredBy(uncovered, {
      ...place,
      coverableAmount: 100n,
      emptied,
      balanceBlock,
    })
    expect(amountsOf(covered)).toEqual(expected)
  })

  describe('for credits in the transaction of the sweep', () => {
    const own = (amount: bigint) => aDeposit({ ...place, amount })
    const signed = aDeposit({ amount: 100n, blockNumber: 5n })
    const late = aDeposit({ amount: 30n, blockNumber: 49n })
    it.each([
      ['covers a credit that left the wallet', [signed, own(5n)], 105n, 0n, [100, 5]],
      ['skips a credit that is still in the wallet', [signed, own(5n)], 100n, 5n, [100]],
      [
        'skips a credit in the wallet next to unexplained money',
        [signed, own(5n)],
        110n,
        5n,
        [100],
      ],
      ['compares only the sum if the balance is unknown', [signed, own(5n)], 110n, null, [100, 5]],
      ['skips a credit of a hostile amount', [signed, own(10n ** 30n)], 105n, 0n, [100]],
      ['covers the credits that fit', [signed, own(3n), own(9n), own(2n)], 105n, 0n, [100, 3, 2]],
      [
        'covers a credit although a later deposit stays in the wallet',
        [signed, late, own(5n)],
        105n,
        30n,
        [100, 5],
      ],
      ['skips a credit of which a part stays in the wallet', [signed, own(6n)], 104n, 2n, [100]],
    ] as const)('%s', (_, uncovered, coverableAmount, remaining, expected) => {
      const sweep = { ...place, emptied: false, balanceBlock: 48n, coverableAmount, remaining }
      expect(amountsOf(coveredBy(uncovered, sweep))).toEqual(expected)
    })

    it('covers at most the amount that left an emptied wallet', () => {
      const sweep = { ...place, emptied: true, balanceBlock: 48n, remaining: 0n }
      const credits = [signed, own(5n), own(500n)]
      expect(amountsOf(coveredBy(credits, { ...sweep, coverableAmount: 105n }))).toEqual([100, 5])
    })
  })

  it('covers deposits after the signed balance of an emptied wallet only while they fit', () => {
    const uncovered = [
      aDeposit({ amount: 9n, blockNumber: 5n }),
      aDeposit({ amount: 4n, blockNumber: 50n, txIndex: 1 }),
    ]
    for (const balanceBlock of [48n, null])
      expect(
        amountsOf(
          coveredBy(uncovered, { ...place, coverableAmount: 10n, emptied: true, balanceBlock }),
        ),
      ).toEqual([9])
  })

  /**
   * Deposits in chain order and the amounts of a sweep. Gas money that was left in the wallet can
   * make the coverable amount larger than the deposits.
   */
  const drawn = fc.record({
    deposits: fc.array(
      fc.record({
        amount: fc.bigInt({ min: 1n, max: 100n }),
        blockNumber: fc.bigInt({ min: 1n, max: 20n }),
        txIndex: fc.integer({ min: 0, max: 2 }),
      }),
      { maxLength: 12 },
    ),
    coverableAmount: fc.bigInt({ min: 0n, max: 900n }),
    remaining: fc.option(fc.bigInt({ min: 0n, max: 300n })),
    balanceBlock: fc.option(fc.bigInt({ min: 0n, max: 19n })),
    emptied: fc.boolean(),
  })

  it('covers deposits in chain order, and only deposits of which a part left, for all inputs', () => {
    fc.assert(
      fc.property(drawn, ({ deposits: given, ...sweep }) => {
        const at = { blockNumber: 20n, txHash: aHash() }
        const isInside = (d: { blockNumber: bigint; txIndex: number }) =>
          d.blockNumber === at.blockNumber && d.txIndex === 2
        const uncovered = given
          .sort((a, b) => Number(a.blockNumber - b.blockNumber) || a.txIndex - b.txIndex)
          .map((deposit) => aDeposit({ ...deposit, ...(isInside(deposit) ? at : {}) }))
        const covered = coveredBy(uncovered, { ...sweep, ...at })
        const isOwn = (d: { txHash: string }) => d.txHash === at.txHash
        const before = uncovered.filter((d) => !isOwn(d))
        const first = covered.filter((d) => !isOwn(d))
        expect(first).toEqual(before.slice(0, first.length))
        const sum = covered.reduce((total, d) => total + d.amount, 0n)
        const last = covered.at(-1)
        if (!last) return
        // A deposit of which only a part left is covered only if the wallet was emptied.
        if (sum > sweep.coverableAmount) {
          expect(sweep.emptied && !isOwn(last)).toBe(true)
          expect(sum - last.amount < sweep.coverableAmount).toBe(true)
        }
        const isLate = (d: { blockNumber: bigint }) =>
          sweep.balanceBlock !== null && d.blockNumber > sweep.balanceBlock
        if (!sweep.emptied) expect(first.some(isLate)).toBe(false)
      }),
      { numRuns: 1_000 },
    )
  })
})

describe('isBelievedEmpty', () => {
  const all = { coverableAmount: 100n, leftAmount: 100n }
  it.each([
    [
      'false if the wallet has a balance',
      { ...all, emptied: false, remainingAmount: 3n },
      false,
      false,
    ],
    [
      'true if the balance at the head is also 0',
      { ...all, emptied: true, remainingAmount: 0n },
      true,
      true,
    ],
    [
      'true if the whole signed balance was moved',
      { ...all, emptied: true, remainingAmount: null },
      false,
      true,
    ],
    [
      'false if a deposit came after the signed balance',
      { ...all, emptied: true, remainingAmount: null },
      true,
      false,
    ],
    [
      'false if a part of the coverable amount did not leave',
      { coverableAmount: 100n, leftAmount: 90n, emptied: true, remainingAmount: null },
      false,
      false,
    ],
  ])('returns %s', (_, outcome, cameSince, believed) => {
    expect(isBelievedEmpty(outcome, cameSince)).toBe(believed)
  })
})
