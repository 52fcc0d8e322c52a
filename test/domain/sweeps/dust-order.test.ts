import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planStep } from '../../../domain/sweeps/plan-decision.ts'
import { aChain } from '../../harness/factories/a-chain.ts'
import { aDeposit } from '../../harness/factories/a-deposit.ts'

const chain = aChain()
const gwei = 10n ** 9n
const fees = {
  kind: 'fees',
  fees: { marketWei: gwei, startWei: gwei, capWei: 2n * gwei, priorityFeeWei: 1n },
} as const
const known = {
  covered: false,
  gone: false,
  ownInterest: false,
  key: { kind: 'fits' },
  simulated: { kind: 'returned', data: '0x' },
  estimate: { kind: 'gas', gas: 50_000n },
  transferGas: { kind: 'gas', gas: 21_000n },
  fees,
  l1FeeWei: 0n,
  walletWei: 0n,
  hasCode: false,
} as const

function planned(
  isNative: boolean,
  balance: bigint,
  limits: { minAmount: bigint; maxCostWei: bigint; factor: number } | null,
) {
  const [token] = chain.tokens
  if (!token) throw new Error('no token')
  const asset = { ...(isNative ? chain.native : token), min: 10n ** 20n }
  const deposit = aDeposit({ asset: asset.id, amount: 1n })
  const facts = { ...known, balance, dustOrder: limits }
  return planStep({ chain, asset, deposit, head: 100n }, facts)
}

const amounts = fc.bigInt({ min: 1n, max: 10n ** 20n - 1n })
const limits = fc.record({
  minAmount: amounts,
  maxCostWei: fc.bigInt({ min: 0n, max: 10n ** 15n }),
  factor: fc.integer({ min: 1, max: 5 }),
})

describe('an order to sweep dust (MONEY 15)', () => {
  it('sweeps a balance below the minimum only within all of its limits', () => {
    fc.assert(
      fc.property(fc.boolean(), amounts, limits, (isNative, balance, order) => {
        const step = planned(isNative, balance, order)
        if (step.kind !== 'sweep') {
          expect(step).toMatchObject({ kind: 'end', state: 'ignored', reason: 'dust' })
          expect('detail' in step && step.detail).toMatch(/^ordered, but /)
          return
        }
        expect(balance).toBeGreaterThanOrEqual(order.minAmount)
        expect(step.costWei).toBeLessThanOrEqual(order.maxCostWei)
        if (isNative) {
          expect(step.amount).toBeGreaterThanOrEqual(step.costWei * BigInt(order.factor))
          expect(step.amount + step.costWei).toBe(balance)
        }
      }),
    )
  })

  it('leaves dust without an order', () => {
    fc.assert(
      fc.property(fc.boolean(), amounts, (isNative, balance) => {
        expect(planned(isNative, balance, null)).toMatchObject({ kind: 'end', reason: 'dust' })
      }),
    )
  })

  it('ends as dust, and never waits, where the fee is more than the balance', () => {
    const order = { minAmount: 1n, maxCostWei: 10n ** 18n, factor: 2 }
    expect(planned(true, 1_000n, order)).toMatchObject({ kind: 'end', reason: 'dust' })
  })

  it('counts the keeper’s fee for sending the gas money of a token', () => {
    const order = { minAmount: 1n, maxCostWei: 10n ** 18n, factor: 0 }
    const step = planned(false, 5n, order)
    const costWei = (60_000n + 21_000n) * 2n * gwei
    expect(step).toMatchObject({ kind: 'sweep', state: 'funding', amount: 5n, costWei })
  })
})
