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
const credits = (...amounts: readonly bigint[]) => amounts.map((amount, n) => ({ n, amount }))
const places = (backed: ReadonlySet<{ readonly n: number }>) => [...backed].map(({ n }) => n)

describe('credits that a sum of money explains', () => {
  it.each<[string, bigint[], bigint, Tolerance, number[]]>([
    ['one credit of what is there', [50n], 50n, none, [0]],
    ['a log that was written twice: the second one is not', [50n, 50n], 50n, none, [0]],
    ['a larger phantom does not keep a later credit back', [100n, 50n], 50n, none, [1]],
    ['nothing is there', [50n], 0n, none, []],
    ['less than nothing is there', [1n], -5n, none, []],
    ['one unit is missing', [50n], 49n, none, []],
    ['a unit within the tolerance', [50n], 49n, { kind: 'units', units: 1n }, [0]],
    ['units count once, not for each credit', [50n, 50n], 97n, { kind: 'units', units: 2n }, [0]],
    ['a fee of 2 % within the share', [100n, 100n], 196n, percent(2n), [0, 1]],
    ['a fee of 3 % above the share', [100n], 97n, percent(2n), []],
    ['rounding of a large credit', [10n ** 18n], 10n ** 18n - 2n, rounding, [0]],
    ['three units are no rounding', [10n ** 18n], 10n ** 18n - 3n, rounding, []],
    ['phantoms of one unit are no rounding', [1n, 1n, 1n], 0n, rounding, []],
  ])('%s', (_, amounts, room, tolerance, backed) => {
    expect(places(backedCredits(credits(...amounts), room, tolerance))).toEqual(backed)
  })

  const amounts = fc.array(fc.bigInt(1n, 1_000n), { maxLength: 30 })
  const room = fc.bigInt(0n, 5_000n)

  it('never exceed it by more than the tolerance', () => {
    fc.assert(
      fc.property(amounts, room, fc.bigInt(0n, 50n), (given, money, units) => {
        const backed = backedCredits(credits(...given), money, { kind: 'units', units })
        const sum = [...backed].reduce((all, { amount }) => all + amount, 0n)
        expect(sum <= money + units).toBe(true)
      }),
    )
  })

  it('are all of them where their sum fits', () => {
    fc.assert(
      fc.property(amounts, room, (given, more) => {
        const sum = given.reduce((all, amount) => all + amount, 0n)
        expect(backedCredits(credits(...given), sum + more, none).size).toBe(given.length)
      }),
    )
  })

  it('do not keep back a credit that would still fit', () => {
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

  it('stay backed when another credit follows them', () => {
    fc.assert(
      fc.property(amounts, fc.bigInt(1n, 1_000n), room, (given, last, money) => {
        const before = places(backedCredits(credits(...given), money, none))
        const after = places(backedCredits(credits(...given, last), money, none))
        expect(after.slice(0, before.length)).toEqual(before)
      }),
    )
  })
})

describe('delta', () => {
  it.each<[string, bigint[], bigint, bigint, number[]]>([
    ['the balance rose by what was logged', [50n, 30n], 80n, 0n, [0, 1]],
    ['the balance rose by half of what was logged', [50n, 50n], 50n, 0n, [0]],
    ['our sweep took the deposit out in the same block', [50n], 0n, 50n, [0]],
    ['our sweep took older money out in the same block', [50n], -150n, 200n, [0]],
    ['nothing moved', [50n], 0n, 0n, []],
    ['interest that the balance had before is logged again', [100n, 5n], 101n, 0n, [0]],
  ])('%s', (_, amounts, balanceChange, loggedOut, backed) => {
    const found = backedByDelta(credits(...amounts), { balanceChange, loggedOut }, none)
    expect(places(found)).toEqual(backed)
  })
})

describe('level', () => {
  it.each<[string, bigint[], { balance: bigint; moved?: bigint; claimed?: bigint }, number[]]>([
    ['the wallet holds all credits', [50n], { balance: 50n }, [0]],
    ['the other credits claim all of it', [50n], { balance: 50n, claimed: 50n }, []],
    ['a mined sweep has it, not recorded yet', [50n], { balance: 0n, moved: 50n }, [0]],
    ['interest that the balance had before', [5n], { balance: 205n, claimed: 200n }, [0]],
    ['two in question, money for one', [50n, 50n], { balance: 60n }, [0]],
  ])('%s', (_, amounts, { balance, moved = 0n, claimed = 0n }, backed) => {
    const found = backedByLevel(credits(...amounts), { balance, moved, claimed }, none)
    expect(places(found)).toEqual(backed)
  })
})

describe('tolerance', () => {
  it('by default is the rounding of a token with many decimals, and nothing with few', () => {
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
  ])('of rounding on credits of %d is %d units', (sum, units) => {
    expect(allowance({ kind: 'rounding' }, sum)).toBe(units)
  })
})
