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

describe('fees (MONEY 8)', () => {
  it('default to a cap of 2 × base fee + tip, with the first attempt below it', () => {
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

  it('on a legacy chain follow the gas price', () => {
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

  it('of a head without a base fee are none on a chain of EIP-1559: its gas price is no tip', () => {
    const quote = aQuote({ baseFeeWei: undefined })
    expect(planFees(quote, 'eip1559', ceiling)).toEqual({ kind: 'no-base-fee' })
  })

  it.each([
    ['base fee + tip', 'eip1559', aQuote({ baseFeeWei: 99n * gwei + 1n })],
    ['gas price', 'legacy', aQuote({ gasPriceWei: 100n * gwei + 1n })],
  ] as const)('with a %s above the ceiling there is no plan', (_, mode, quote) => {
    expect(planFees(quote, mode, ceiling)).toEqual({ kind: 'above-ceiling' })
  })

  it('a market exactly at the ceiling is still taken, at the ceiling', () => {
    const decision = planFees(aQuote({ baseFeeWei: 99n * gwei }), 'eip1559', ceiling)
    expect(decision).toMatchObject({
      fees: {
        marketWei: ceiling.maxFeeWei,
        startWei: ceiling.maxFeeWei,
        capWei: ceiling.maxFeeWei,
      },
    })
  })

  it('a node’s tip above the chain’s is cut to it', () => {
    const decision = planFees(aQuote({ priorityFeeWei: 50n * gwei }), 'eip1559', ceiling)
    expect(decision).toMatchObject({ fees: { priorityFeeWei: 2n * gwei } })
  })

  it('always: ceiling ≥ cap ≥ start ≥ market, and the tip fits the start', () => {
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

  it('always: refuses only where the market is above the ceiling, or has no base fee', () => {
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

describe('the gas price that a mined transaction paid', () => {
  it.each([
    ['legacy', offered(7n), 3n, 7n],
    ['legacy on a gas-free chain', offered(0n), undefined, 0n],
    ['base fee and tip', offered(undefined, 20n, 2n), 10n, 12n],
    ['the tip that the cap leaves', offered(undefined, 11n, 2n), 10n, 11n],
    ['a cap below the base fee pays the cap', offered(undefined, 9n, 2n), 10n, 9n],
    ['no tip named', offered(undefined, 20n), 10n, 10n],
    ['the cap is no price where a base fee is known', offered(20n, 20n, 2n), 10n, 12n],
    ['base fee 0 and no tip: 0 is true', offered(0n, 20n, 0n), 0n, 0n],
    ['no base fee: the price that is shown', offered(5n, 20n, 2n), undefined, 5n],
    ['no base fee and no price: all that was offered', offered(undefined, 20n, 2n), undefined, 20n],
    ['nothing named', offered(), 10n, undefined],
  ])('%s', (_, offer, baseFeeWei, paid) => {
    expect(gasPricePaid(offer, baseFeeWei)).toBe(paid)
  })
})
