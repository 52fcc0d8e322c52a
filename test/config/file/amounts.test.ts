import { expect, test } from 'vitest'
import { faultsOf, keeper, readChain, usdt } from '../../harness/factories/a-config.ts'

const native = (min: unknown) => ({ native: { symbol: 'BNB', min } })

test('an amount without quotes is told to take some, and how', () => {
  expect(faultsOf(native(0.5))).toMatchObject([
    { path: 'chains[0].native.min', fix: 'put it in quotes: "0.5"' },
  ])
})

test.each(['1,5', '-1', '1e18', '1 BNB', '.5', '0x10', ' 1'])('"%s" is not an amount', (min) => {
  expect(faultsOf(native(min))[0]?.problem).toContain('is not an amount')
})

test('no amount has more decimals than its asset', () => {
  const tokens = [{ address: usdt, symbol: 'USDT', decimals: 6, min: '1.1234567' }]
  const gasKeeper = { address: keeper, alertBelow: '0.0000000000000000001' }
  expect(faultsOf({ tokens, gasKeeper })).toMatchObject([
    { path: 'chains[0].gasKeeper.alertBelow' },
    {
      path: 'chains[0].tokens[0].min',
      problem: '"1.1234567" has 7 decimals, the asset has 6',
      fix: 'write at most 6 decimals',
    },
  ])
})

test('a fee below one wei, a tip above the ceiling and a ceiling of 0 are refused', () => {
  const gas = (maxFeeGwei: unknown, maxPriorityFeeGwei: unknown) => ({
    gas: { maxFeeGwei, maxPriorityFeeGwei },
  })
  expect(faultsOf(gas('0.0000000001', 0))[0]?.path).toBe('chains[0].gas.maxFeeGwei')
  expect(faultsOf(gas(1, 2))[0]?.path).toBe('chains[0].gas.maxPriorityFeeGwei')
  expect(faultsOf(gas(0, 0))[0]?.problem).toBe('is 0: nothing could ever be sent')
})

test('a tip is asked for where there is one: not with legacy fees', () => {
  const gas = { maxFeeGwei: 5 }
  expect(faultsOf({ gas })[0]?.path).toBe('chains[0].gas.maxPriorityFeeGwei')
  expect(readChain({ gas, feeMode: 'legacy' }).gas.maxPriorityFeeWei).toBe(0n)
})
