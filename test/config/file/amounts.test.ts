import { expect, test } from 'vitest'
import { errorsOf, keeper, readChain, usdt } from '../../harness/factories/a-config.ts'

const native = (min: unknown) => ({ native: { symbol: 'BNB', min } })

test('an amount without quotes is rejected, and the fix shows the quoted amount', () => {
  expect(errorsOf(native(0.5))).toMatchObject([
    { path: 'chains[0].native.min', fix: 'put it in quotes: "0.5"' },
  ])
})

test.each(['1,5', '-1', '1e18', '1 BNB', '.5', '0x10', ' 1'])(
  '"%s" is rejected as an amount',
  (min) => {
    expect(errorsOf(native(min))[0]?.problem).toContain('expected an amount')
  },
)

test('an amount with more decimals than its asset is rejected', () => {
  const tokens = [{ address: usdt, symbol: 'USDT', decimals: 6, min: '1.1234567' }]
  const gasKeeper = { address: keeper, alertBelow: '0.0000000000000000001' }
  expect(errorsOf({ tokens, gasKeeper })).toMatchObject([
    { path: 'chains[0].gasKeeper.alertBelow' },
    {
      path: 'chains[0].tokens[0].min',
      problem: '"1.1234567" has 7 decimals; the asset has 6',
      fix: 'use at most 6 decimals',
    },
  ])
})

test('a fee below one wei, a tip above the ceiling and a ceiling of 0 are rejected', () => {
  const gas = (maxFeeGwei: unknown, maxPriorityFeeGwei: unknown) => ({
    gas: { maxFeeGwei, maxPriorityFeeGwei },
  })
  expect(errorsOf(gas('0.0000000001', 0))[0]?.path).toBe('chains[0].gas.maxFeeGwei')
  expect(errorsOf(gas(1, 2))[0]?.path).toBe('chains[0].gas.maxPriorityFeeGwei')
  expect(errorsOf(gas(0, 0))[0]?.problem).toBe('is 0; no transaction could be sent')
})

test('a tip is required with EIP-1559 fees and not with legacy fees', () => {
  const gas = { maxFeeGwei: 5 }
  expect(errorsOf({ gas })[0]?.path).toBe('chains[0].gas.maxPriorityFeeGwei')
  expect(readChain({ gas, feeMode: 'legacy' }).gas.maxPriorityFeeWei).toBe(0n)
})
