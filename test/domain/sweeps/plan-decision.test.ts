import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withMargin } from '../../../domain/chains/transfer-gas.ts'
import { planStep } from '../../../domain/sweeps/plan-decision.ts'
import type {
  PlanFact,
  PlanFacts,
  PlanStep,
  PlanSubject,
} from '../../../domain/sweeps/plan-step.ts'
import { aChain } from '../../harness/factories/a-chain.ts'
import { aDeposit } from '../../harness/factories/a-deposit.ts'

const chain = aChain()
const word = (value: number) => `0x${value.toString(16).padStart(64, '0')}` as const
const amounts = fc.bigInt({ min: 0n, max: 10n ** 21n })

const subjects: fc.Arbitrary<PlanSubject> = fc
  .record({
    isNative: fc.boolean(),
    min: amounts,
    amount: fc.bigInt({ min: 1n, max: 10n ** 21n }),
    priceWei: fc.option(fc.bigInt({ min: 1n, max: 10n ** 18n })),
    reason: fc.constantFrom('queued', 'balance-unclear', 'funds-gone'),
    sinceMs: fc.integer({ min: 0, max: 100_000 }),
  })
  .map(({ isNative, min, amount, priceWei, reason, sinceMs }) => {
    const [token] = chain.tokens
    const worth = isNative || priceWei === null ? {} : { worth: { priceWei, maxGasShare: 10n } }
    const asset = { ...(isNative || !token ? chain.native : token), min, ...worth }
    const deposit = aDeposit({ asset: asset.id, amount, reason, since: new Date(sinceMs) })
    return { chain, asset, deposit, head: 100n }
  })

const gas = fc.bigInt({ min: 21_000n, max: 10n ** 7n })
const reverted = fc.constant({ kind: 'reverted', reason: 'paused' } as const)
const facts: fc.Arbitrary<Required<PlanFacts>> = fc.record({
  balance: amounts,
  covered: fc.boolean(),
  ownInterest: fc.boolean(),
  gone: fc.boolean(),
  dustOrder: fc.constant(null),
  key: fc.constantFrom(
    { kind: 'fits' } as const,
    { kind: 'not-checked' } as const,
    { kind: 'key-missing', detail: 'none' } as const,
    { kind: 'key-mismatch', detail: 'none fits' } as const,
  ),
  simulated: fc.oneof(
    reverted,
    fc
      .constantFrom('0x' as const, word(0), word(1))
      .map((data) => ({ kind: 'returned', data }) as const),
  ),
  estimate: fc.oneof(
    reverted,
    gas.map((units) => ({ kind: 'gas', gas: units }) as const),
  ),
  transferGas: fc.oneof(
    fc.constant({ kind: 'above-record', detail: 'too much' } as const),
    gas.map((units) => ({ kind: 'gas', gas: units }) as const),
  ),
  recordedGas: fc.bigInt({ min: 21_000n, max: 10n ** 6n }),
  fees: fc.oneof(
    fc.constant({ kind: 'wait', detail: 'too dear' } as const),
    fc
      .record({ startWei: fc.bigInt({ min: 1n, max: 10n ** 11n }), more: amounts })
      .map(({ startWei, more }) => ({
        kind: 'fees' as const,
        fees: {
          marketWei: startWei - (more % startWei) / 2n,
          startWei,
          capWei: startWei + (more % startWei),
          priorityFeeWei: 1n,
        },
      })),
  ) as fc.Arbitrary<Required<PlanFacts>['fees']>,
  l1FeeWei: fc.bigInt({ min: 0n, max: 10n ** 15n }),
  walletWei: amounts,
  hasCode: fc.boolean(),
  nowMs: fc.integer({ min: 0, max: 200_000 }),
})

/** Answers one question after another, as the activity does. */
function inTurn(subject: PlanSubject, all: Required<PlanFacts>) {
  const asked: PlanFact[] = []
  let known: PlanFacts = { nowMs: all.nowMs }
  for (;;) {
    const step = planStep(subject, known)
    if (step.kind !== 'need') return { verdict: step, asked }
    asked.push(step.fact)
    known = { ...known, [step.fact]: all[step.fact] }
    if (asked.length > 20) throw new Error(`asks again and again: ${asked.join(', ')}`)
  }
}

describe('planStep', () => {
  it('asks for each fact once, and facts that it did not ask for change nothing', () => {
    fc.assert(
      fc.property(subjects, facts, (subject, all) => {
        const { verdict, asked } = inTurn(subject, all)
        expect(new Set(asked).size).toBe(asked.length)
        expect(planStep(subject, all)).toEqual(verdict)
      }),
      { numRuns: 2_000 },
    )
  })

  it('sweeps only what the wallet holds, above the minimum, with a key and a price that allow it', () => {
    fc.assert(
      fc.property(subjects, facts, (subject, all) => {
        const verdict: PlanStep = planStep(subject, all)
        if (verdict.kind !== 'sweep') return
        const { balance, key, fees, simulated } = all
        expect(balance >= subject.asset.min && balance > 0n).toBe(true)
        expect(['fits', 'not-checked']).toContain(key.kind)
        expect(fees.kind).toBe('fees')
        expect(verdict.plan.amount).toBe(balance)
        expect(verdict.amount > 0n && verdict.amount <= balance).toBe(true)
        if (subject.asset.id === 'native') expect(verdict.plan.gasShortWei).toBe(0n)
        else expect(simulated.kind).toBe('returned')
      }),
      { numRuns: 2_000 },
    )
  })

  it('sweeps a token with a price only if it is worth its gas (MONEY 31)', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(subjects, facts, (subject, all) => {
        const { worth, decimals } = subject.asset
        const { verdict } = inTurn(subject, all)
        if (!worth) expect(verdict).not.toMatchObject({ reason: 'uneconomic' })
        const { estimate, fees, l1FeeWei, walletWei } = all
        if (!worth || estimate.kind !== 'gas' || fees.kind !== 'fees') return
        const gasLimit = withMargin(estimate.gas)
        const { startWei, marketWei } = fees.fees
        const firstWei = gasLimit * startWei + (l1FeeWei * 3n) / 2n
        const ownWei = gasLimit * marketWei + (l1FeeWei * 3n) / 2n
        const costWei = walletWei >= firstWei ? ownWei : ownWei + 21_000n * marketWei + l1FeeWei
        const isWorth = costWei * 10n ** BigInt(decimals) * 10n <= all.balance * worth.priceWei
        seen.add(verdict.kind === 'wait' ? verdict.reason : verdict.kind)
        if (verdict.kind === 'sweep') expect(isWorth).toBe(true)
        if (verdict.kind === 'wait' && verdict.reason === 'uneconomic') expect(isWorth).toBe(false)
      }),
      { numRuns: 10_000 },
    )
    expect([...seen]).toEqual(expect.arrayContaining(['sweep', 'uneconomic']))
  })

  it('reads no key and no price for dust (MONEY 15)', () => {
    fc.assert(
      fc.property(subjects, facts, (subject, all) => {
        if (all.balance >= subject.asset.min) return
        const { asked } = inTurn(subject, all)
        for (const fact of ['key', 'fees', 'simulated', 'estimate'] as const)
          expect(asked).not.toContain(fact)
      }),
    )
  })

  it('raises funds-gone only at a second read, two block times later (MONEY 12)', () => {
    fc.assert(
      fc.property(subjects, facts, (subject, all) => {
        const { verdict } = inTurn(subject, all)
        if (verdict.kind !== 'attention' || verdict.reason !== 'funds-gone') return
        expect(['balance-unclear', 'funds-gone']).toContain(subject.deposit.reason)
        expect(all.nowMs - subject.deposit.since.getTime()).toBeGreaterThanOrEqual(
          2 * chain.blockTimeMs,
        )
      }),
    )
  })
})
