import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DustVerdict, withinKeeper } from '../../../operations/dust/judge-dust.ts'
import { aChain } from '../../harness/factories/a-chain.ts'

const { native } = aChain()
type Sweep = Extract<DustVerdict, { action: 'sweep' }>
const row = { wallet: '0x1' } as unknown as Sweep['row']
const sweep = (costWei: bigint, gasShortWei: bigint): Sweep => ({
  action: 'sweep',
  row,
  amount: 1n,
  costWei,
  gasShortWei,
  keyChecked: true,
})
const paidByKeeper = (verdicts: readonly DustVerdict[]) =>
  verdicts.reduce(
    (sum, it) => (it.action === 'sweep' && it.gasShortWei > 0n ? sum + it.costWei : sum),
    0n,
  )

describe('the keeper’s room for ordered dust (MONEY 15)', () => {
  it('never orders more than the keeper has above its alert level, and leaves the rest with a reason', () => {
    const costs = fc.array(fc.tuple(fc.bigInt(1n, 100n), fc.bigInt(0n, 2n)), { maxLength: 30 })
    fc.assert(
      fc.property(costs, fc.bigInt(-50n, 1_000n), (of, spareWei) => {
        const verdicts = of.map(([cost, short]) => sweep(cost, short))
        const found = withinKeeper(verdicts, spareWei, native)
        const spent = paidByKeeper(found)
        expect(spent <= (spareWei > 0n ? spareWei : 0n)).toBe(true)
        for (const [n, it] of found.entries()) {
          if (it.action === 'leave') expect(it.why).toMatch(/refill it first/)
          // Nothing that the keeper can still pay for is left.
          if (it.action === 'leave') {
            const before = paidByKeeper(found.slice(0, n))
            expect(before + (verdicts[n]?.costWei ?? 0n) > spareWei).toBe(true)
          }
        }
      }),
    )
  })

  it('keeps a sweep that needs nothing from the keeper', () => {
    const own = sweep(100n, 0n)
    expect(withinKeeper([own], -1n, native)).toEqual([own])
    expect(withinKeeper([own], undefined, native)).toEqual([own])
  })

  it('leaves a sweep that needs gas money while the keeper’s balance is unknown', () => {
    const [found] = withinKeeper([sweep(100n, 1n)], undefined, native)
    expect(found).toMatchObject({ action: 'leave', why: expect.stringContaining('repeat later') })
  })
})
