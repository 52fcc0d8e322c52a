import { describe, expect, it } from 'vitest'
import { gasShareOf, shareGas } from '../../../domain/sweeps/gas-share.ts'

const sharesOf = (gasWei: bigint, amounts: readonly bigint[]) => {
  const sharers = amounts.map((amount, index) => ({ id: `d${index}`, amount }))
  const sharing = shareGas(gasWei, sharers)
  return sharers.map((one) => (sharing ? gasShareOf(sharing, { ...one, late: false }) : 0n))
}
const sum = (amounts: readonly bigint[]) => amounts.reduce((a, b) => a + b, 0n)

describe('the gas of a sweep', () => {
  it('is shared by amount, and the first deposit bears the remainder', () => {
    expect(sharesOf(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n])
    expect(sharesOf(90n, [60n, 30n])).toEqual([60n, 30n])
    expect(sharesOf(2n, [1n, 1n, 1n])).toEqual([2n, 0n, 0n])
  })

  it('adds up exactly for any amounts', () => {
    let seed = 7n
    const draw = (below: bigint) => {
      seed = (seed * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n
      return seed % below
    }
    for (let round = 0; round < 300; round += 1) {
      const amounts = Array.from({ length: 1 + Number(draw(40n)) }, () => 1n + draw(10n ** 18n))
      const gasWei = draw(10n ** 17n)
      expect(sum(sharesOf(gasWei, amounts))).toBe(gasWei)
    }
  })

  it('is not shared again with a deposit that is covered after the sweep was closed', () => {
    const sharing = shareGas(10n, [{ id: 'a', amount: 5n }])
    if (!sharing) throw new Error('nothing is shared')
    expect(gasShareOf(sharing, { id: 'b', amount: 5n, late: true })).toBe(0n)
  })

  it('is borne by the first late deposit if the sweep covered nothing when it closed', () => {
    const sharing = shareGas(10n, [{ id: 'a', amount: 5n }])
    if (!sharing) throw new Error('nothing is shared')
    expect(gasShareOf(sharing, { id: 'a', amount: 5n, late: true })).toBe(10n)
  })

  it('is shared with nobody where the sweep covers no deposit', () => {
    expect(shareGas(10n, [])).toBeUndefined()
  })
})
