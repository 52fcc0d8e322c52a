import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { valueInWei, whyUneconomic } from '../../../domain/chains/price.ts'
import { aChain, ether } from '../../harness/factories/a-chain.ts'

const { native } = aChain()
/** 0.0004 ETH for one unit of 6 decimals. */
const worth = { priceWei: 4n * 10n ** 14n, maxGasShare: 10n }
const usdt = { id: native.id, symbol: 'USDT', decimals: 6, min: 1n, worth }
const unit = 10n ** 6n

describe('the price of a token (MONEY 31)', () => {
  it('gives the value of an amount, which is unknown without a price', () => {
    expect(valueInWei(2_500n * unit, usdt)).toBe(ether)
    expect(valueInWei(1n, usdt)).toBe(4n * 10n ** 8n)
    expect(valueInWei(1n, { decimals: 6 })).toBeUndefined()
  })

  it('allows a cost up to the share of the value', () => {
    const amount = 100n * unit
    const most = ether / 250n
    expect(whyUneconomic(usdt, native, { amount, costWei: most })).toBeUndefined()
    expect(whyUneconomic(usdt, native, { amount, costWei: most + 1n })).toBe(
      'the sweep’s gas costs 0.004000000000000001 ETH now, 100 USDT are worth 0.04 ETH at 0.0004 ETH each, and maxGasShare allows 10 %',
    )
  })

  it('never holds back a token without a price', () => {
    const { worth: _, ...plain } = usdt
    expect(whyUneconomic(plain, native, { amount: 1n, costWei: ether })).toBeUndefined()
  })

  it('a larger amount or a smaller cost never makes a sweep uneconomic', () => {
    const wei = fc.bigInt({ min: 0n, max: ether })
    fc.assert(
      fc.property(wei, wei, wei, wei, (amount, more, costWei, less) => {
        if (whyUneconomic(usdt, native, { amount, costWei }) !== undefined) return
        const better = { amount: amount + more, costWei: costWei > less ? costWei - less : 0n }
        expect(whyUneconomic(usdt, native, better)).toBeUndefined()
      }),
    )
  })
})
