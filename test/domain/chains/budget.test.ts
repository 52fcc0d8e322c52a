import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  budgetOfAsset,
  budgetOfChain,
  budgetWords,
  excessOf,
  isLarge,
  judgeBudget,
  limitsOf,
  tooManySweeps,
  waitsUntil,
} from '../../../domain/chains/budget.ts'
import { aChain, ether } from '../../harness/factories/a-chain.ts'

const budget = { perHourWei: 10n, perDayWei: 25n }
const judge = (hourWei: bigint, dayWei: bigint, costWei: bigint) =>
  judgeBudget('asset', budget, { hourWei, dayWei }, costWei)

describe('budgets of gas money (MONEY 29)', () => {
  it('allow a payment up to the limit of the hour and of the day', () => {
    expect(judge(6n, 21n, 4n)).toBeUndefined()
    expect(judge(7n, 7n, 4n)).toMatchObject({ window: 'hour', spentWei: 7n, limitWei: 10n })
    expect(judge(6n, 22n, 4n)).toMatchObject({ window: 'day', spentWei: 22n, limitWei: 25n })
  })

  it('keep a quarter for large balances, unless one payment needs more than the rest', () => {
    const small = (hourWei: bigint, costWei: bigint) =>
      judgeBudget('asset', budget, { hourWei, dayWei: 0n }, costWei, false)
    expect(small(3n, 4n)).toBeUndefined()
    expect(small(4n, 4n)).toMatchObject({ limitWei: 7n, wholeWei: 10n })
    expect(small(2n, 8n)).toBeUndefined()
    expect(small(3n, 8n)).toMatchObject({ limitWei: 10n, wholeWei: 10n })
    const asset = { min: 5n }
    expect([isLarge(499n, asset), isLarge(500n, asset), isLarge(500n, undefined)]).toEqual([
      false,
      true,
      false,
    ])
  })

  it('never let the sum of what is allowed exceed the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: 0n, max: 30n }), { maxLength: 40 }), (costs) => {
        let sum = 0n
        for (const cost of costs) if (!judge(sum, sum, cost)) sum += cost
        expect(sum).toBeLessThanOrEqual(10n)
      }),
    )
  })

  it('have defaults: 25 sweeps an hour for an asset, 100 for a chain, and four times that a day', () => {
    const chain = aChain()
    const { maxPerSweepWei } = chain.gas
    expect(budgetOfAsset(chain, chain.native)).toEqual({
      perHourWei: 25n * maxPerSweepWei,
      perDayWei: 100n * maxPerSweepWei,
    })
    expect(budgetOfChain(chain)).toEqual({
      perHourWei: 100n * maxPerSweepWei,
      perDayWei: 400n * maxPerSweepWei,
    })
    expect(budgetOfChain({ ...chain, budget })).toBe(budget)
    expect(budgetOfAsset(chain, { budget })).toBe(budget)
  })

  it('say what was spent, what is allowed, and when the sweep continues', () => {
    const { native } = aChain()
    const hit = {
      scope: 'asset',
      window: 'hour',
      spentWei: ether,
      limitWei: 2n * ether,
      costWei: 3n * ether,
    } as const
    const at = new Date('2026-05-01T12:00:00Z')
    expect(excessOf(hit)).toBeUndefined()
    expect(budgetWords(hit, { native, asset: 'USDT' }, undefined)).toBe(
      'USDT has spent 1 ETH in the last hour, the next transaction costs up to 3 ETH, and budget.perHour allows 2 ETH: it never fits: raise budget.perHour',
    )
    const day = { ...hit, scope: 'chain', window: 'day', costWei: 2n * ether } as const
    expect(excessOf(day)).toBe(ether)
    expect(budgetWords(day, { native, asset: 'USDT' }, at)).toBe(
      'the chain has spent 1 ETH in the last 24 hours, the next transaction costs up to 2 ETH, and budget.perDay allows 2 ETH: it continues from 2026-05-01T12:00:00.000Z on, or when budget.perDay is raised',
    )
    expect(budgetWords({ ...hit, scope: 'wallet' }, { native, asset: 'ETH' }, at)).toContain(
      'the wallet has for ETH spent 1 ETH',
    )
  })

  it('are judged again before the time in the detail only if their limit has changed', () => {
    const chain = aChain()
    const hit = {
      scope: 'asset',
      window: 'hour',
      spentWei: ether,
      limitWei: budgetOfAsset(chain, chain.native).perHourWei,
      costWei: ether,
    } as const
    const at = new Date('2026-05-01T12:00:00Z')
    const detail = budgetWords(hit, { native: chain.native, asset: 'ETH' }, at)
    expect(waitsUntil(detail, limitsOf(chain, chain.native))).toEqual(at)
    const raised = { ...chain.native, budget: { perHourWei: ether * 9n, perDayWei: ether * 9n } }
    expect(waitsUntil(detail, limitsOf(chain, raised))).toBeUndefined()
    const never = budgetWords(
      { ...hit, costWei: ether * 99n },
      { native: chain.native, asset: 'ETH' },
      at,
    )
    expect(waitsUntil(never, limitsOf(chain, chain.native))).toBeUndefined()
    const often = tooManySweeps(24, { count: 24, freeAt: at }) ?? ''
    expect(waitsUntil(often, limitsOf(chain, chain.native))).toEqual(at)
    expect(
      waitsUntil(often, limitsOf({ ...chain, walletSweepsPerDay: 50 }, chain.native)),
    ).toBeUndefined()
    expect(tooManySweeps(24, { count: 23, freeAt: at })).toBeUndefined()
    expect(tooManySweeps(24, { count: 99, freeAt: null })).toBeUndefined()
  })
})
