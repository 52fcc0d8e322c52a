import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { smallerOf } from '../../../domain/amount.ts'
import { type FeeQuote, gasPricePaid, planFees } from '../../../domain/chains/fees.ts'
import { gwei } from '../../harness/factories/a-chain.ts'

const ceiling = { maxFeeWei: 100n * gwei, maxPriorityFeeWei: 2n * gwei }

function aQuote(more: Partial<FeeQuote> = {}): FeeQuote {
  return {
    blockNumber: 1n,
    baseFeeWei: 10n * gwei,
    gasPriceWei: 11n * gwei,
    priorityFeeWei: gwei,
    ...more,
  }
}

const wei = fc.bigInt({ min: 0n, max: 500n * gwei })
const quotes = fc.record({
  blockNumber: fc.constant(1n),
  baseFeeWei: fc.option(wei, { nil: undefined }),
  gasPriceWei: wei,
  priorityFeeWei: wei,
})
const ceilings = fc
  .tuple(wei, wei)
  .map(([maxFeeWei, maxPriorityFeeWei]) => ({ maxFeeWei, maxPriorityFeeWei }))
const modes = fc.constantFrom('eip1559' as const, 'legacy' as const)

describe('planFees (MONEY 8)', () => {
  it('caps at 2 × base fee + tip and starts the first attempt below the cap', () => {
    expect(planFees(aQuote(), 'eip1559', ceiling)).toEqual({
      kind: 'plan',
      fees: {
        marketWei: 11n * gwei,
        startWei: 16n * gwei,
        capWei: 21n * gwei,
        priorityFeeWei: gwei,
      },
    })
  })

  it('follows the gas price on a legacy chain', () => {
    const expected = {
      kind: 'plan',
      fees: {
        marketWei: 8n * gwei,
        startWei: 10n * gwei,
        capWei: 16n * gwei,
        priorityFeeWei: 10n * gwei,
      },
    }
    const quote = aQuote({ gasPriceWei: 8n * gwei })
    expect(planFees(quote, 'legacy', ceiling)).toEqual(expected)
  })

  it('plans nothing if the head of an EIP-1559 chain has no base fee', () => {
    const quote = aQuote({ baseFeeWei: undefined })
    expect(planFees(quote, 'eip1559', ceiling)).toEqual({ kind: 'no-base-fee' })
  })

  it.each([
    ['base fee + tip', 'eip1559', aQuote({ baseFeeWei: 99n * gwei + 1n })],
    ['gas price', 'legacy', aQuote({ gasPriceWei: 100n * gwei + 1n })],
  ] as const)('plans nothing with a %s above the ceiling', (_, mode, quote) => {
    expect(planFees(quote, mode, ceiling)).toEqual({ kind: 'above-ceiling' })
  })

  it('plans all fees at the ceiling when the market price equals the ceiling', () => {
    const decision = planFees(aQuote({ baseFeeWei: 99n * gwei }), 'eip1559', ceiling)
    expect(decision).toMatchObject({
      fees: {
        marketWei: ceiling.maxFeeWei,
        startWei: ceiling.maxFeeWei,
        capWei: ceiling.maxFeeWei,
      },
    })
  })

  it('caps the tip that the node suggests at maxPriorityFeeWei', () => {
    const decision = planFees(aQuote({ priorityFeeWei: 50n * gwei }), 'eip1559', ceiling)
    expect(decision).toMatchObject({ fees: { priorityFeeWei: 2n * gwei } })
  })

  it('keeps ceiling ≥ cap ≥ start ≥ market, and start ≥ tip, for all quotes', () => {
    fc.assert(
      fc.property(quotes, modes, ceilings, (quote, mode, limits) => {
        const decision = planFees(quote, mode, limits)
        if (decision.kind !== 'plan') return
        const { marketWei, startWei, capWei, priorityFeeWei } = decision.fees
        expect(limits.maxFeeWei >= capWei).toBe(true)
        expect(capWei >= startWei).toBe(true)
        expect(startWei >= marketWei).toBe(true)
        expect(startWei >= priorityFeeWei && priorityFeeWei >= 0n).toBe(true)
      }),
      { numRuns: 2_000 },
    )
  })

  it('plans fees for all quotes unless the price is above the ceiling or the base fee is missing', () => {
    fc.assert(
      fc.property(quotes, modes, ceilings, (quote, mode, limits) => {
        const { kind } = planFees(quote, mode, limits)
        expect(kind === 'no-base-fee').toBe(mode === 'eip1559' && quote.baseFeeWei === undefined)
        if (kind === 'no-base-fee') return
        const tip = smallerOf(quote.priorityFeeWei, limits.maxPriorityFeeWei)
        const market = mode === 'legacy' ? quote.gasPriceWei : (quote.baseFeeWei ?? 0n) + tip
        expect(kind === 'above-ceiling').toBe(market > limits.maxFeeWei)
      }),
      { numRuns: 2_000 },
    )
  })
})

const offered = (gasPriceWei?: bigint, maxFeeWei?: bigint, maxPriorityFeeWei?: bigint) => ({
  gasPriceWei,
  maxFeeWei,
  maxPriorityFeeWei,
})

describe('gasPricePaid', () => {
  it.each([
    ['the gas price of a legacy transaction', offered(7n), 3n, 7n],
    ['0 for a legacy transaction of a gas-free chain', offered(0n), undefined, 0n],
    ['base fee + tip', offered(undefined, 20n, 2n), 10n, 12n],
    [
      'base fee + the part of the tip that fits below the cap',
      offered(undefined, 11n, 2n),
      10n,
      11n,
    ],
    ['the cap if the cap is below the base fee', offered(undefined, 9n, 2n), 10n, 9n],
    ['the base fee if the node omits the tip', offered(undefined, 20n), 10n, 10n],
    ['base fee + tip although the node also reports a gas price', offered(20n, 20n, 2n), 10n, 12n],
    ['0 if base fee and tip are 0', offered(0n, 20n, 0n), 0n, 0n],
    ['the reported gas price if the block has no base fee', offered(5n, 20n, 2n), undefined, 5n],
    [
      'the cap if the node omits base fee and gas price',
      offered(undefined, 20n, 2n),
      undefined,
      20n,
    ],
    ['undefined if the node omits all prices', offered(), 10n, undefined],
  ])('returns %s', (_, offer, baseFeeWei, paid) => {
    expect(gasPricePaid(offer, baseFeeWei)).toBe(paid)
  })
})
