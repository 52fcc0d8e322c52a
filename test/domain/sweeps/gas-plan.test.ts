import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FeePlan } from '../../../domain/chains/fees.ts'
import { withMargin } from '../../../domain/chains/transfer-gas.ts'
import { planNativeSweep, planTokenGas } from '../../../domain/sweeps/gas-plan.ts'
import { ether, gwei } from '../../harness/factories/a-chain.ts'

const feePlans: fc.Arbitrary<FeePlan> = fc
  .array(fc.bigInt({ min: 0n, max: 500n * gwei }), { minLength: 4, maxLength: 4 })
  .map((drawn) => drawn.sort((a, b) => (a < b ? -1 : 1)))
  .map(([priorityFeeWei = 0n, marketWei = 0n, startWei = 0n, capWei = 0n]) => ({
    priorityFeeWei,
    marketWei,
    startWei,
    capWei,
  }))
const gasLimits = fc.bigInt({ min: 21_000n, max: 1_000_000n })
const l1Fees = fc.bigInt({ min: 0n, max: ether / 100n })
const balances = fc.bigInt({ min: 0n, max: 10n * ether })

describe('planTokenGas (MONEY 8)', () => {
  it('funds limit × cap + 1.5 × L1 fee minus the balance, or 0 if the balance pays for a first attempt', () => {
    fc.assert(
      fc.property(gasLimits, feePlans, l1Fees, balances, (gasLimit, fees, l1FeeWei, balance) => {
        const plan = planTokenGas({ gasLimit, fees, l1FeeWei, walletBalanceWei: balance })
        const l1Wei = (l1FeeWei * 3n) / 2n
        const own = balance >= gasLimit * fees.startWei + l1Wei
        expect(plan.neededWei).toBe(gasLimit * plan.capWei + l1Wei)
        expect(plan.shortWei === 0n).toBe(own || balance >= gasLimit * fees.capWei + l1Wei)
        if (plan.shortWei !== 0n) {
          expect(plan.capWei).toBe(fees.capWei)
          expect(balance + plan.shortWei).toBe(plan.neededWei)
        }
        expect(plan.capWei <= fees.capWei && plan.capWei >= fees.startWei).toBe(true)
        expect(balance + plan.shortWei >= plan.neededWei).toBe(true)
      }),
    )
  })

  it('funds more gas only when the funded balance no longer pays for a first attempt', () => {
    const before = { marketWei: 10n, startWei: 15n, capWei: 20n, priorityFeeWei: 1n }
    const at = { gasLimit: 100_000n, l1FeeWei: 0n }
    const first = planTokenGas({ ...at, fees: before, walletBalanceWei: 0n })
    const dearer = { marketWei: 11n, startWei: 16n, capWei: 22n, priorityFeeWei: 1n }
    const again = planTokenGas({ ...at, fees: dearer, walletBalanceWei: first.shortWei })
    expect(again).toMatchObject({ shortWei: 0n, capWei: 20n })
    const muchDearer = { marketWei: 20n, startWei: 30n, capWei: 40n, priorityFeeWei: 1n }
    const third = planTokenGas({ ...at, fees: muchDearer, walletBalanceWei: first.shortWei })
    expect(third).toMatchObject({ shortWei: 2_000_000n, capWei: 40n })
  })

  it('funds enough for every attempt up to the cap', () => {
    fc.assert(
      fc.property(gasLimits, feePlans, balances, (gasLimit, fees, balance) => {
        const plan = planTokenGas({ gasLimit, fees, l1FeeWei: 0n, walletBalanceWei: balance })
        const there = balance + plan.shortWei
        expect(there >= gasLimit * fees.startWei && there >= gasLimit * plan.capWei).toBe(true)
      }),
    )
  })
})

describe('planNativeSweep (MONEY 9)', () => {
  const remainders = fc.constantFrom('tip' as const, 'keep' as const)

  it('plans value + limit × max fee + 1.5 × L1 fee = balance, to the wei', () => {
    fc.assert(
      fc.property(
        fc.tuple(gasLimits, feePlans, l1Fees, balances, remainders),
        ([gasLimit, fees, l1FeeWei, balanceWei, remainder]) => {
          const plan = planNativeSweep({ balanceWei, gasLimit, fees, l1FeeWei, remainder })
          const reserve = gasLimit * fees.startWei + (l1FeeWei * 3n) / 2n
          if (plan.kind === 'too-small') {
            expect(balanceWei <= reserve).toBe(true)
            return
          }
          expect(plan.valueWei + reserve).toBe(balanceWei)
          expect(plan.valueWei > 0n).toBe(true)
        },
      ),
      { numRuns: 1_000 },
    )
  })

  it('sets the tip to the max fee with the remainder `tip`, and to the tip of the fee plan with `keep`', () => {
    fc.assert(
      fc.property(gasLimits, feePlans, remainders, (gasLimit, fees, remainder) => {
        const balanceWei = 10n ** 24n
        const plan = planNativeSweep({ balanceWei, gasLimit, fees, l1FeeWei: 0n, remainder })
        if (plan.kind === 'too-small') throw new Error('there is enough')
        const { maxFeeWei, maxPriorityFeeWei } = plan.fees
        expect(maxFeeWei).toBe(fees.startWei)
        expect(maxPriorityFeeWei).toBe(remainder === 'tip' ? maxFeeWei : fees.priorityFeeWei)
        expect(maxPriorityFeeWei <= maxFeeWei).toBe(true)
      }),
    )
  })

  it('reports too-small when the balance only pays for the fee', () => {
    const fees = { marketWei: gwei, startWei: gwei, capWei: gwei, priorityFeeWei: 0n }
    const asked = { gasLimit: 21_000n, fees, l1FeeWei: 0n, remainder: 'tip' as const }
    expect(planNativeSweep({ ...asked, balanceWei: 21_000n * gwei }).kind).toBe('too-small')
    expect(planNativeSweep({ ...asked, balanceWei: 21_000n * gwei + 1n })).toMatchObject({
      valueWei: 1n,
    })
  })
})

it('withMargin adds a fifth to an estimate, rounded up', () => {
  expect([0n, 1n, 5n, 6n, 50_000n].map(withMargin)).toEqual([0n, 2n, 6n, 8n, 60_000n])
})
