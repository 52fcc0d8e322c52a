import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { coveredBy, isBelievedEmpty } from '../../../domain/sweeps/coverage.ts'
import { aDeposit } from '../../harness/factories/a-deposit.ts'
import { aHash } from '../../harness/factories/a-transaction.ts'

const deposits = (...amounts: number[]) =>
  amounts.map((amount) => aDeposit({ amount: BigInt(amount) }))
/** A sweep in block 50, the third of its transactions. */
const place = { blockNumber: 50n, txHash: aHash(), remaining: null }
const amountsOf = (covered: readonly { amount: bigint }[]) => covered.map((d) => Number(d.amount))

describe('coverage (MONEY 11)', () => {
  it.each([
    ['all that fit', [3, 4], 7n, false, [3, 4]],
    ['more moved than deposited', [3, 4], 100n, false, [3, 4]],
    ['the last does not fit', [3, 4, 1], 7n, false, [3, 4]],
    ['chain order: a small one behind one that does not fit waits too', [3, 9, 1], 5n, false, [3]],
    ['the first does not fit', [9, 1], 5n, false, []],
    ['nothing is left: one that was there in part goes too', [3, 9], 5n, true, [3, 9]],
    ['nothing is left: of the second nothing left the wallet', [9, 9], 5n, true, [9]],
    ['no deposits', [], 5n, true, []],
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
    ['what came after the signed balance waits, though its sum would fit', 6n, false, [3]],
    ['what came in the balance’s block is in it', 7n, false, [3, 4]],
    ['an emptied wallet has none of it left', 6n, true, [3, 4]],
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

  describe('credits of the own transaction of a sweep', () => {
    const own = (amount: bigint) => aDeposit({ ...place, amount })
    const signed = aDeposit({ amount: 100n, blockNumber: 5n })
    const late = aDeposit({ amount: 30n, blockNumber: 49n })
    it.each([
      ['in the signed balance: covered', [signed, own(5n)], 105n, 0n, [100, 5]],
      ['paid and left in the wallet: stays', [signed, own(5n)], 100n, 5n, [100]],
      ['the same beside other unexplained money', [signed, own(5n)], 110n, 5n, [100]],
      ['no node knows what is left: the sum decides', [signed, own(5n)], 110n, null, [100, 5]],
      ['a hostile amount: stays', [signed, own(10n ** 30n)], 105n, 0n, [100]],
      ['several: those that fit', [signed, own(3n), own(9n), own(2n)], 105n, 0n, [100, 3, 2]],
      ['behind a late deposit that stays', [signed, late, own(5n)], 105n, 30n, [100, 5]],
      ['half of it left: stays for the next sweep', [signed, own(6n)], 104n, 2n, [100]],
    ] as const)('%s', (_, uncovered, coverableAmount, remaining, expected) => {
      const sweep = { ...place, emptied: false, balanceBlock: 48n, coverableAmount, remaining }
      expect(amountsOf(coveredBy(uncovered, sweep))).toEqual(expected)
    })

    it('an emptied wallet covers them no further than what left', () => {
      const sweep = { ...place, emptied: true, balanceBlock: 48n, remaining: 0n }
      const credits = [signed, own(5n), own(500n)]
      expect(amountsOf(coveredBy(credits, { ...sweep, coverableAmount: 105n }))).toEqual([100, 5])
    })
  })

  it('deposits after the signed balance are covered only while they fit, even of an emptied wallet', () => {
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
   * Deposits in chain order, a sweep's bounds, and leftover keeper coin that makes more fit than
   * was deposited.
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

  it('any deposits and any sweep: in chain order, never one that is wholly beyond what left', () => {
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
        // Only an emptied wallet covers one of which a part was missing.
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

describe('a balance of 0 at the block of a sweep', () => {
  const all = { coverableAmount: 100n, leftAmount: 100n }
  it.each([
    ['the block left something', { ...all, emptied: false, remainingAmount: 3n }, false, false],
    ['the head says 0 too', { ...all, emptied: true, remainingAmount: 0n }, true, true],
    ['all was moved, nothing came', { ...all, emptied: true, remainingAmount: null }, false, true],
    ['a deposit came since', { ...all, emptied: true, remainingAmount: null }, true, false],
    [
      'a reserve for gas must be there still',
      { coverableAmount: 100n, leftAmount: 90n, emptied: true, remainingAmount: null },
      false,
      false,
    ],
  ])('%s', (_, outcome, cameSince, believed) => {
    expect(isBelievedEmpty(outcome, cameSince)).toBe(believed)
  })
})
