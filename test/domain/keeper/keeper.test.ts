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

describe('what the keeper has promised (MONEY 7)', () => {
  it('a transaction costs at worst value + limit × its highest signed fee + L1 fee', () => {
    const bumped = [1n, 5n, 3n].map((fee, i) =>
      anAttempt({ number: i + 1, maxFeeWei: fee * gwei, valueWei: 7n }),
    )
    const transaction = aTransaction({ valueWei: 7n, l1FeeWei: 11n, attempts: bumped })
    expect(worstCost(transaction)).toBe(7n + 21_000n * 5n * gwei + 11n)
  })

  it.each([
    ['unmined', aTransaction({ valueWei: 7n }), gas + 7n],
    [
      'mined before the balance’s block',
      aTransaction({ valueWei: 7n, mined: aMined({ blockNumber: 9n }) }),
      0n,
    ],
    [
      'mined in the balance’s block',
      aTransaction({ valueWei: 7n, mined: aMined({ blockNumber: 10n }) }),
      0n,
    ],
    [
      'mined after the balance’s block, which does not show it',
      aTransaction({ valueWei: 7n, mined: aMined({ blockNumber: 11n }) }),
      gas + 7n,
    ],
  ])('%s', (_, transaction, committed) => {
    expect(committedWei([transaction], 10n)).toBe(committed)
  })
})

describe('whether the keeper’s lane takes one more (MONEY 7)', () => {
  const live = [
    aTransaction({ valueWei: 100n }),
    aTransaction({ valueWei: 50n, mined: aMined({ blockNumber: 9n }) }),
  ]
  const asked = { live, balanceBlock: 10n, costWei: 30n, maxInFlight: 2 }
  const exactly = gas + 100n + 30n

  it.each([
    ['exactly enough', exactly, 2, undefined],
    ['a wei short', exactly - 1n, 2, 'keeper-low'],
    ['full, and mined ones do not count', exactly, 1, 'lane-full'],
    ['full comes before low: both wait, but for other things', 0n, 1, 'lane-full'],
  ])('%s', (_, balanceWei, maxInFlight, expected) => {
    expect(judgeKeeper({ ...asked, balanceWei, maxInFlight })).toBe(expected)
  })
})

describe('the keeper’s level', () => {
  const asked = { alertBelowWei: 500n * gas, gasPriceWei: gwei }

  it.each([
    [500n * gas, 'ok'],
    [500n * gas - 1n, 'low'],
    [gas, 'low'],
    [gas - 1n, 'empty'],
    [0n, 'empty'],
    [-1n, 'empty'],
  ])('%d wei uncommitted is %s', (uncommittedWei, level) => {
    expect(keeperLevel({ ...asked, uncommittedWei })).toBe(level)
  })

  it('a keeper that can’t pay one transfer is empty, though no alert value is set', () => {
    expect(keeperLevel({ uncommittedWei: 1n, alertBelowWei: 0n, gasPriceWei: gwei })).toBe('empty')
  })
})
