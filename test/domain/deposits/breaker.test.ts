import { describe, expect, it } from 'vitest'
import { breakerWords, breaksAsset, minutesToTrial } from '../../../domain/deposits/breaker.ts'

const failing = { failures: 5, wallets: 3, failedWei: 51n, allWei: 100n }

describe('the breaker of an asset (MONEY 30)', () => {
  it.each([
    ['five failures of three wallets for more than half of the fees', {}, true],
    ['four failures', { failures: 4 }, false],
    ['two wallets', { wallets: 2 }, false],
    ['half of the fees', { failedWei: 50n }, false],
    ['nothing', { failures: 0, wallets: 0, failedWei: 0n, allWei: 0n }, false],
  ])('%s', (_what, more, isBroken) => {
    expect(breaksAsset({ ...failing, ...more })).toBe(isBroken)
  })

  it('tries a sweep after 10 minutes, then twice as long, at most 6 hours', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 1_000].map(minutesToTrial)).toEqual([
      10, 20, 40, 80, 160, 320, 360, 360,
    ])
  })

  it('says what failed', () => {
    expect(breakerWords(failing)).toBe(
      "5 sweeps of 3 wallets failed on chain in the last hour, for 51 % of the asset's fees",
    )
    expect(breakerWords({ ...failing, allWei: 0n })).toContain('for 100 %')
  })
})
