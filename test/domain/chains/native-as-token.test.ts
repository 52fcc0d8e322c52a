import { expect, it } from 'vitest'
import { type HeldBoth, judgeNativeAsToken } from '../../../domain/chains/native-as-token.ts'

const ether = 10n ** 18n
/** An amount with so many digits that two equal balances cannot be a coincidence. */
const telling = 9_999_998_742_000_021_345n
const both = (native: bigint, token = native): HeldBoth => ({ native, token })

it.each<[string, HeldBoth[], number, string]>([
  ['unknown: no address has a balance', [both(0n), both(0n)], 18, 'unknown'],
  ['proven: one equal amount with many digits', [both(0n), both(telling)], 18, 'proven'],
  ['likely: one equal round amount', [both(5n * ether)], 18, 'likely'],
  ['likely: the same equal round amount twice', [both(5n * ether), both(5n * ether)], 18, 'likely'],
  ['proven: two different equal round amounts', [both(5n * ether), both(3n * ether)], 18, 'proven'],
  [
    'different: one of two amounts is unequal',
    [both(telling), both(3n * ether, 0n)],
    18,
    'different',
  ],
  ['different: a token holder without native coin', [both(0n, 7n)], 18, 'different'],
  ['different: a holder of native coin without tokens', [both(telling, 0n)], 18, 'different'],
  [
    'proven: equal amounts in a token of 6 decimals',
    [both(telling, telling / 10n ** 12n), both(ether, 10n ** 6n)],
    6,
    'proven',
  ],
  [
    'unknown: a native amount below the unit of a token of 6 decimals',
    [both(5n, 0n)],
    6,
    'unknown',
  ],
  ['different: unequal amounts in a token of 6 decimals', [both(telling, 5n)], 6, 'different'],
  [
    'proven: the same digits although the decimals are configured wrong',
    [both(telling)],
    6,
    'proven',
  ],
])('judgeNativeAsToken returns %s', (_, held, decimals, expected) => {
  expect(judgeNativeAsToken(held, decimals)).toBe(expected)
})
