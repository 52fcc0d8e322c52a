import { expect, it } from 'vitest'
import { usableCoin } from '../../../domain/deposits/usable-coin.ts'

it.each([
  ['everything without a hold', 10n, 0n, 3n, 10n],
  ['the rest above the held deposits', 10n, 4n, 0n, 6n],
  ['gas money, although earlier sweeps spent a part of the held deposits', 10n, 12n, 3n, 3n],
  ['no more than the balance', 2n, 12n, 3n, 2n],
  ['nothing without gas money', 10n, 12n, 0n, 0n],
])('a token sweep may use %s (MONEY 16)', (_what, balance, heldWei, gasWei, usable) => {
  expect(usableCoin(balance, { heldWei, gasWei })).toBe(usable)
})
