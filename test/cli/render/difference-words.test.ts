import { describe, expect, it } from 'vitest'
import { describeDifferenceOf, differenceCell } from '../../../cli/render/difference-words.ts'
import { aChain } from '../../harness/factories/a-chain.ts'

const plain = (digits: string) => digits

describe('differences of the books', () => {
  it.each([
    ['9', 'missing 9'],
    ['-9', 'surplus 9'],
    ['0', '0'],
  ])('shows %s as "%s"', (missing, cell) => {
    expect(differenceCell(missing, plain)).toBe(cell)
  })

  const difference = (missing: string | null, asset: string | null = 'native') => ({
    asset: asset as 'native' | null,
    missing,
    words: 'opening 1',
  })

  it('names the direction in words, and never shows a sign', () => {
    const chain = aChain()
    const ten18 = '000000000000000000'
    const coin = chain.native.symbol
    expect(describeDifferenceOf(difference(`2${ten18}`), chain)).toBe(
      `2 ${coin} is missing: opening 1`,
    )
    expect(describeDifferenceOf(difference(`-2${ten18}`), chain)).toBe(
      `surplus of 2 ${coin}, which no row explains: opening 1`,
    )
    expect(describeDifferenceOf(difference('-7', `0x${'ab'.repeat(20)}`), chain)).toContain(
      'surplus of 7 units of 0xabab',
    )
  })

  it('shows only the words where the rule concerns no sum', () => {
    expect(describeDifferenceOf(difference(null, null), aChain())).toBe('opening 1')
  })
})
