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
    const covered = coveredBy(deposits(...amounts), { coverableAmount, emptied })
    expect(amountsOf(covered)).toEqual(expected)
  })

  it('never covers more than it moved while something is left, and always a run from the first on', () => {
    const amounts = fc.array(fc.bigInt({ min: 1n, max: 100n }), { maxLength: 12 })
    fc.assert(
      fc.property(amounts, fc.bigInt({ min: 0n, max: 600n }), (drawn, coverableAmount) => {
        const uncovered = drawn.map((amount) => aDeposit({ amount }))
        const covered = coveredBy(uncovered, { coverableAmount, emptied: false })
        const sum = covered.reduce((total, d) => total + d.amount, 0n)
        expect(sum <= coverableAmount).toBe(true)
        expect(covered).toEqual(uncovered.slice(0, covered.length))
        const next = uncovered[covered.length]
        if (next) expect(sum + next.amount > coverableAmount).toBe(true)
      }),
    )
  })
})
