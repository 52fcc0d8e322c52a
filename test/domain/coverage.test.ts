import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coveredBy } from '../../domain/coverage.ts'
import { aDeposit } from '../parts/a-deposit.ts'

const deposits = (...amounts: number[]) =>
  amounts.map((amount) => aDeposit({ amount: BigInt(amount) }))
const amountsOf = (covered: readonly { amount: bigint }[]) => covered.map((d) => Number(d.amount))

describe('coverage (MONEY 11)', () => {
  it.each([
    ['all that fit', [3, 4], 7n, false, [3, 4]],
    ['more moved than deposited', [3, 4], 100n, false, [3, 4]],
    ['the last does not fit', [3, 4, 1], 7n, false, [3, 4]],
    ['chain order: a small one behind one that does not fit waits too', [3, 9, 1], 5n, false, [3]],
    ['the first does not fit', [9, 1], 5n, false, []],
    ['nothing is left: all, whatever the sum', [9, 9], 5n, true, [9, 9]],
    ['no deposits', [], 5n, true, []],
  ] as const)('%s', (_, amounts, coverableAmount, emptied, expected) => {
    const covered = coveredBy(deposits(...amounts), {
      coverableAmount,
      emptied,
      balanceBlock: null,
    })
    expect(amountsOf(covered)).toEqual(expected)
  })

  it.each([
    ['what came after the signed balance waits, though its sum would fit', 6n, false, [3]],
    ['what came in the balance’s block is in it', 7n, false, [3, 4]],
    ['an emptied wallet has none of it left', 6n, true, [3, 4]],
  ] as const)('%s', (_, balanceBlock, emptied, expected) => {
    const uncovered = [
      aDeposit({ amount: 3n, blockNumber: 5n }),
      aDeposit({ amount: 4n, blockNumber: 7n }),
    ]
    const covered = coveredBy(uncovered, { coverableAmount: 100n, emptied, balanceBlock })
    expect(amountsOf(covered)).toEqual(expected)
  })

  /** Deposits in chain order, a sweep's bounds, and leftover keeper coin that makes more fit than was deposited. */
  const drawn = fc.record({
    deposits: fc.array(
      fc.record({
        amount: fc.bigInt({ min: 1n, max: 100n }),
        blockNumber: fc.bigInt({ min: 1n, max: 20n }),
      }),
      { maxLength: 12 },
    ),
    coverableAmount: fc.bigInt({ min: 0n, max: 900n }),
    balanceBlock: fc.option(fc.bigInt({ min: 0n, max: 21n })),
    emptied: fc.boolean(),
  })

  it('any deposits and any sweep: a run from the first on, never more than was moved, never what came later', () => {
    fc.assert(
      fc.property(drawn, ({ deposits: given, coverableAmount, balanceBlock, emptied }) => {
        const uncovered = given
          .sort((a, b) => Number(a.blockNumber - b.blockNumber))
          .map((deposit) => aDeposit(deposit))
        const covered = coveredBy(uncovered, { coverableAmount, emptied, balanceBlock })
        expect(covered).toEqual(uncovered.slice(0, covered.length))
        const next = uncovered[covered.length]
        if (emptied) {
          expect(next).toBeUndefined()
          return
        }
        const sum = covered.reduce((total, d) => total + d.amount, 0n)
        const isLate = (d: { blockNumber: bigint }) =>
          balanceBlock !== null && d.blockNumber > balanceBlock
        expect(sum <= coverableAmount).toBe(true)
        expect(covered.some(isLate)).toBe(false)
        if (next) expect(sum + next.amount > coverableAmount || isLate(next)).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })
})
