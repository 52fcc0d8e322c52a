import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  allowance,
  defaultTolerance,
  partsOfWhole,
  type Tolerance,
} from '../../../domain/chains/asset.ts'
import { backedByDelta, backedByLevel, backedCredits } from '../../../domain/deposits/backing.ts'

const none: Tolerance = { kind: 'units', units: 0n }
const rounding: Tolerance = { kind: 'rounding' }
const percent = (n: bigint): Tolerance => ({ kind: 'share', parts: (n * partsOfWhole) / 100n })
/** Makes credits of these amounts. `n` is the index of a credit. */
const credits = (...amounts: readonly bigint[]) => amounts.map((amount, n) => ({ n, amount }))
/** Returns the indexes of the backed credits. */
const places = (backed: ReadonlySet<{ readonly n: number }>) => [...backed].map(({ n }) => n)

describe('backedCredits', () => {
  // The room is the amount of money that may back the credits. A phantom is a credit without money.
  it.each<[string, bigint[], bigint, Tolerance, number[]]>([
    ['takes a credit that equals the room', [50n], 50n, none, [0]],
    ['takes one of two equal credits when the room fits one', [50n, 50n], 50n, none, [0]],
    ['skips a phantom that is too large and takes a later credit', [100n, 50n], 50n, none, [1]],
    ['takes nothing when the room is 0', [50n], 0n, none, []],
    ['takes nothing when the room is negative', [1n], -5n, none, []],
    ['skips a credit that is one unit too large', [50n], 49n, none, []],
    ['tolerates one missing unit', [50n], 49n, { kind: 'units', units: 1n }, [0]],
    ['tolerates units per sum, not per credit', [50n, 50n], 97n, { kind: 'units', units: 2n }, [0]],
    ['tolerates a fee of 2 % with a share of 2 %', [100n, 100n], 196n, percent(2n), [0, 1]],
    ['skips a fee of 3 % with a share of 2 %', [100n], 97n, percent(2n), []],
    ['tolerates 2 units of rounding', [10n ** 18n], 10n ** 18n - 2n, rounding, [0]],
    ['skips a credit that lacks 3 units', [10n ** 18n], 10n ** 18n - 3n, rounding, []],
    ['skips phantoms of one unit', [1n, 1n, 1n], 0n, rounding, []],
  ])('%s', (_, amounts, room, tolerance, backed) => {
    expect(places(backedCredits(credits(...amounts), room, tolerance))).toEqual(backed)
  })

  const amounts = fc.array(fc.bigInt(1n, 1_000n), { maxLength: 30 })
  const room = fc.bigInt(0n, 5_000n)

  it('takes credits that exceed the room by at most the tolerance', () => {
    fc.assert(
      fc.property(amounts, room, fc.bigInt(0n, 50n), (given, money, units) => {
        const backed = backedCredits(credits(...given), money, { kind: 'units', units })
        const sum = [...backed].reduce((all, { amount }) => all + amount, 0n)
        expect(sum <= money + units).toBe(true)
      }),
    )
  })

  it('takes all credits when their sum fits', () => {
    fc.assert(
      fc.property(amounts, room, (given, more) => {
        const sum = given.reduce((all, amount) => all + amount, 0n)
        expect(backedCredits(credits(...given), sum + more, none).size).toBe(given.length)
      }),
    )
  })

  it('takes every credit that still fits', () => {
    fc.assert(
      fc.property(amounts, room, (given, money) => {
        const all = credits(...given)
        const backed = backedCredits(all, money, none)
        const sum = [...backed].reduce((total, { amount }) => total + amount, 0n)
        for (const credit of all.filter((one) => !backed.has(one)))
          expect(sum + credit.amount > money).toBe(true)
      }),
    )
  })

  it('takes the same credits when another credit follows them', () => {
    fc.assert(
      fc.property(amounts, fc.bigInt(1n, 1_000n), room, (given, last, money) => {
        const before = places(backedCredits(credits(...given), money, none))
        const after = places(backedCredits(credits(...given, last), money, none))
        expect(after.slice(0, before.length)).toEqual(before)
      }),
    )
  })
})

describe('backedByDelta', () => {
  it.each<[string, bigint[], bigint, bigint, number[]]>([
    ['takes all when the balance rose by their sum', [50n, 30n], 80n, 0n, [0, 1]],
    ['takes the first when the balance rose by half of their sum', [50n, 50n], 50n, 0n, [0]],
    ['takes a deposit that our sweep moved in the same block', [50n], 0n, 50n, [0]],
    ['takes a deposit when our sweep moved older money in the block', [50n], -150n, 200n, [0]],
    ['takes nothing when the balance did not change', [50n], 0n, 0n, []],
    ['skips logged interest that the balance already contained', [100n, 5n], 101n, 0n, [0]],
  ])('%s', (_, amounts, balanceChange, loggedOut, backed) => {
    const found = backedByDelta(credits(...amounts), { balanceChange, loggedOut }, none)
    expect(places(found)).toEqual(backed)
  })
})

describe('backedByLevel', () => {
  it.each<[string, bigint[], { balance: bigint; moved?: bigint; claimed?: bigint }, number[]]>([
    ['takes a credit that the wallet holds', [50n], { balance: 50n }, [0]],
    ['takes nothing when other credits claim it', [50n], { balance: 50n, claimed: 50n }, []],
    ['takes a credit that a mined sweep moved', [50n], { balance: 0n, moved: 50n }, [0]],
    ['takes interest that the balance contains', [5n], { balance: 205n, claimed: 200n }, [0]],
    ['takes one of two when the balance covers one', [50n, 50n], { balance: 60n }, [0]],
  ])('%s', (_, amounts, { balance, moved = 0n, claimed = 0n }, backed) => {
    const level = { balance, moved, claimed, inOpenings: 0n }
    expect(places(backedByLevel(credits(...amounts), level, none))).toEqual(backed)
  })

  it.each<[string, [bigint, bigint | null][], bigint, number[]]>([
    ['takes a late credit that an opening balance contains', [[9n, 9n]], 9n, [0]],
    [
      'takes late credits once up to the opening balance',
      [
        [6n, 6n],
        [6n, 6n],
      ],
      9n,
      [0],
    ],
    [
      'takes no later credit in place of a late one that does not fit',
      [
        [10n, 10n],
        [9n, null],
      ],
      9n,
      [],
    ],
  ])('%s', (_, given, balance, backed) => {
    const late = given.map(([amount, openingPart], n) => ({ n, amount, openingPart }))
    const level = { balance, moved: 0n, claimed: 9n, inOpenings: 9n }
    expect(places(backedByLevel(late, level, none))).toEqual(backed)
  })
})

describe('tolerance', () => {
  it('defaultTolerance is rounding from 6 decimals up, and 0 below', () => {
    expect(defaultTolerance(18)).toEqual({ kind: 'rounding' })
    expect(defaultTolerance(6)).toEqual({ kind: 'rounding' })
    expect(defaultTolerance(2)).toEqual({ kind: 'units', units: 0n })
  })

  it.each<[bigint, bigint]>([
    [0n, 0n],
    [999n, 0n],
    [1_000n, 1n],
    [2_000n, 2n],
    [10n ** 30n, 2n],
  ])('allowance for credits of %d with rounding is %d units', (sum, units) => {
    expect(allowance({ kind: 'rounding' }, sum)).toBe(units)
  })
})
