import { describe, expect, it } from 'vitest'
import {
  committedWei,
  judgeKeeper,
  keeperLevel,
  worstCost,
} from '../../../domain/keeper/keeper-capacity.ts'
import { gwei } from '../../harness/factories/a-chain.ts'
import { aMined, anAttempt, aTransaction } from '../../harness/factories/a-transaction.ts'

const gas = 21_000n * gwei

describe('worstCost (MONEY 7)', () => {
  it('returns value + gas limit × the highest signed fee + L1 fee', () => {
    const bumped = [1n, 5n, 3n].map((fee, i) =>
      anAttempt({ number: i + 1, maxFeeWei: fee * gwei, valueWei: 7n }),
    )
    const transaction = aTransaction({ valueWei: 7n, l1FeeWei: 11n, attempts: bumped })
    expect(worstCost(transaction)).toBe(7n + 21_000n * 5n * gwei + 11n)
  })
})

describe('committedWei (MONEY 7)', () => {
  it.each([
    ['includes an unmined transaction', aTransaction({ valueWei: 7n }), gas + 7n],
    [
      'excludes a transaction mined before the block of the balance',
      aTransaction({ valueWei: 7n, mined: aMined({ blockNumber: 9n }) }),
      0n,
    ],
    [
      'excludes a transaction mined in the block of the balance',
      aTransaction({ valueWei: 7n, mined: aMined({ blockNumber: 10n }) }),
      0n,
    ],
    [
      'includes a transaction mined after the block of the balance',
      aTransaction({ valueWei: 7n, mined: aMined({ blockNumber: 11n }) }),
      gas + 7n,
    ],
  ])('%s', (_, transaction, committed) => {
    expect(committedWei([transaction], 10n)).toBe(committed)
  })
})

describe('judgeKeeper (MONEY 7)', () => {
  const live = [
    aTransaction({ valueWei: 100n }),
    aTransaction({ valueWei: 50n, mined: aMined({ blockNumber: 9n }) }),
  ]
  const asked = { live, balanceBlock: 10n, costWei: 30n, maxInFlight: 2 }
  const exactly = gas + 100n + 30n

  it.each([
    ['allows a transaction when the balance is exactly enough', exactly, 2, undefined],
    ['reports keeper-low when 1 wei is missing', exactly - 1n, 2, 'keeper-low'],
    ['counts only unmined transactions for lane-full', exactly, 1, 'lane-full'],
    ['reports lane-full before keeper-low', 0n, 1, 'lane-full'],
  ])('%s', (_, balanceWei, maxInFlight, expected) => {
    expect(judgeKeeper({ ...asked, balanceWei, maxInFlight })).toBe(expected)
  })
})

describe('keeperLevel', () => {
  const asked = { alertBelowWei: 500n * gas, gasPriceWei: gwei }

  it.each([
    [500n * gas, 'ok'],
    [500n * gas - 1n, 'low'],
    [gas, 'low'],
    [gas - 1n, 'empty'],
    [0n, 'empty'],
    [-1n, 'empty'],
  ])('for %d uncommitted wei returns %s', (uncommittedWei, level) => {
    expect(keeperLevel({ ...asked, uncommittedWei })).toBe(level)
  })

  it('returns empty without an alert value when the balance does not pay for one transfer', () => {
    expect(keeperLevel({ uncommittedWei: 1n, alertBelowWei: 0n, gasPriceWei: gwei })).toBe('empty')
  })
})
