import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mostCappedFee, whyAboveCap, whyAboveGasCap } from '../../../domain/chains/caps.ts'
import { aChain, ether, gwei, token } from '../../harness/factories/a-chain.ts'

const caps = { maxPerSweepWei: ether / 100n, maxFeeShare: 25n }
const attempt = { gasLimit: 50_000n, maxFeeWei: 10n * gwei, l1FeeWei: 0n }
const costWei = 50_000n * 10n * gwei

describe('caps of the cost of one attempt (MONEY 26)', () => {
  it.each([
    ['at gas.maxPerSweep', { maxPerSweepWei: costWei }, {}, undefined],
    [
      '1 wei above gas.maxPerSweep',
      { maxPerSweepWei: costWei - 1n },
      {},
      /gas\.maxPerSweep allows/,
    ],
    [
      'above gas.maxPerSweep with its L1 fee',
      { maxPerSweepWei: costWei },
      { l1FeeWei: 1n },
      /may cost 500000000000001 wei/,
    ],
    ['a native sweep at its share', {}, { sweptWei: 4n * costWei }, undefined],
    [
      'a native sweep above its share',
      {},
      { sweptWei: 4n * costWei - 1n },
      /gas\.maxFeeShare allows 25 %/,
    ],
    ['a transfer whose value is not swept', { maxFeeShare: 1n }, {}, undefined],
  ])('%s', (_what, someCaps, more, why) => {
    const answer = whyAboveCap({ ...caps, ...someCaps }, { ...attempt, ...more })
    if (why === undefined) expect(answer).toBeUndefined()
    else expect(answer).toMatch(why)
  })

  it('mostCappedFee is the highest fee that whyAboveCap accepts', () => {
    const wei = (max: bigint) => fc.bigInt({ min: 0n, max })
    const drawn = fc.record({
      maxPerSweepWei: wei(ether),
      maxFeeShare: fc.bigInt({ min: 1n, max: 100n }),
      gasLimit: fc.bigInt({ min: 21_000n, max: 10n ** 7n }),
      l1FeeWei: wei(ether / 100n),
      restWei: fc.option(wei(2n * ether), { nil: undefined }),
    })
    const counts = { native: 0, other: 0 }
    const property = fc.property(drawn, ({ restWei, ...input }) => {
      const { wei: most } = mostCappedFee(input, input, restWei)
      const accepts = (maxFeeWei: bigint) => {
        const swept =
          restWei === undefined ? {} : { sweptWei: restWei - input.gasLimit * maxFeeWei }
        return whyAboveCap(input, { ...input, maxFeeWei, ...swept }) === undefined
      }
      expect(accepts(most + 1n)).toBe(false)
      // A fee of 0 means that no fee is within the caps.
      if (most === 0n) return
      expect(accepts(most)).toBe(true)
      counts[restWei === undefined ? 'other' : 'native'] += 1
    })
    fc.assert(property, { numRuns: 5_000 })
    expect(Math.min(counts.native, counts.other)).toBeGreaterThan(500)
  })
})

describe('caps of the gas limit of one attempt (MONEY 26)', () => {
  const chain = aChain()
  const why = (asset: typeof token | 'native', gasLimit: bigint, transferGas = 21_000n) =>
    whyAboveGasCap(chain, { asset, gasLimit, transferGas })

  it('a transfer of native coin may use gas.maxGas, and a token 500,000 or its own maxGas', () => {
    expect(why('native', 100_000n)).toBeUndefined()
    expect(why('native', 100_001n)).toContain('100001, and gas.maxGas allows 100000')
    expect(why(token, 500_000n)).toBeUndefined()
    expect(why(token, 500_001n)).toContain('500001, and maxGas of USDT allows 500000')
    const [listed] = chain.tokens
    const dear = listed ? [{ ...listed, maxGas: 600_000n }] : []
    const attempted = { asset: token, gasLimit: 600_000n, transferGas: 21_000n }
    expect(whyAboveGasCap({ ...chain, tokens: dear }, attempted)).toBeUndefined()
  })

  it('the caps rise with the recorded gas of a plain transfer, and never fall below their value', () => {
    expect(why(token, 1_000_000n, 42_000n)).toBeUndefined()
    expect(why(token, 1_000_001n, 42_000n)).toContain('allows 1000000')
    expect(why('native', 100_000n, 7n)).toBeUndefined()
  })
})
