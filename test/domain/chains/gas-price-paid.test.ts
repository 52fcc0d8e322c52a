import { describe, expect, it } from 'vitest'
import { gasPricePaid } from '../../../domain/chains/gas-price-paid.ts'

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
