import { expect, it } from 'vitest'
import { type HeldBoth, judgeNativeAsToken } from '../../../domain/chains/native-as-token.ts'

const ether = 10n ** 18n
const telling = 9_999_998_742_000_021_345n
const both = (native: bigint, token = native): HeldBoth => ({ native, token })

it.each<[string, HeldBoth[], number, string]>([
  ['nobody holds anything', [both(0n), both(0n)], 18, 'unknown'],
  ['an amount of many digits is equal', [both(0n), both(telling)], 18, 'proven'],
  ['one round amount is equal', [both(5n * ether)], 18, 'likely'],
  ['the same round amount is equal twice', [both(5n * ether), both(5n * ether)], 18, 'likely'],
  ['two round amounts are equal', [both(5n * ether), both(3n * ether)], 18, 'proven'],
  ['one of two is unequal', [both(telling), both(3n * ether, 0n)], 18, 'different'],
  ['a holder of the token has no coin', [both(0n, 7n)], 18, 'different'],
  ['a holder of coin has no token', [both(telling, 0n)], 18, 'different'],
  [
    'shown with 6 decimals',
    [both(telling, telling / 10n ** 12n), both(ether, 10n ** 6n)],
    6,
    'proven',
  ],
  ['6 decimals, less than its smallest unit', [both(5n, 0n)], 6, 'unknown'],
  ['6 decimals, unequal', [both(telling, 5n)], 6, 'different'],
  ['the same digits with decimals that are wrong', [both(telling)], 6, 'proven'],
])('%s', (_, held, decimals, expected) => {
  expect(judgeNativeAsToken(held, decimals)).toBe(expected)
})
