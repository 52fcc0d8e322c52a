import { describe, expect, it } from 'vitest'
import { roughly } from '../../../domain/amount.ts'
import { feeLimit } from '../../../domain/lanes/fee-limit.ts'
import {
  blocksUnmined,
  describeLongUnmined,
  joinDetails,
} from '../../../domain/lanes/long-unmined.ts'
import { aChain, gwei } from '../../harness/factories/a-chain.ts'
import { aMined, anAttempt, aTransaction } from '../../harness/factories/a-transaction.ts'

const chain = aChain()
const quote = { blockNumber: 1n, baseFeeWei: 1_234_567_890n, gasPriceWei: 0n, priorityFeeWei: gwei }
const turn = { headBlock: 16n, chainNonce: 0n }
const token = aTransaction({ step: 'sweep', data: '0xa9059cbb', feeCapWei: 3n * gwei })

describe('a long unmined transaction (MONEY 17)', () => {
  it('describeLongUnmined returns the age, the signed fee, the rounded market price and the cap', () => {
    expect(describeLongUnmined(chain, quote, token, turn)).toBe(
      'unmined for 6 blocks: 1 gwei per gas are signed, the market price is 2.23 gwei, the cap is 3 gwei (funded)',
    )
  })

  it.each([
    ['the first attempt is 2 blocks old', token, { ...turn, headBlock: 12n }],
    ['the transaction is mined', { ...token, mined: aMined() }, turn],
    ['the chain has used the nonce', token, { ...turn, chainNonce: 1n }],
    ['the node’s head is below the block of the signature', token, { ...turn, headBlock: 4n }],
  ])('describeLongUnmined returns an empty text when %s', (_, transaction, at) => {
    expect(describeLongUnmined(chain, quote, transaction, at)).toBe('')
  })

  it('blocksUnmined counts blocks from the first attempt', () => {
    const attempts = [anAttempt(), anAttempt({ number: 2, signedBlock: 15n })]
    expect(blocksUnmined({ mined: null, attempts }, 16n)).toBe(6n)
    const old = [anAttempt({ signedBlock: null })]
    expect(blocksUnmined({ mined: null, attempts: old }, 16n)).toBeUndefined()
  })

  it('feeLimit returns the lowest of funded gas, the value that is sent, the caps, and the ceiling', () => {
    const limit = (transaction: typeof token, maxFeeWei = 200n * gwei) =>
      feeLimit({ gas: { ...chain.gas, maxFeeWei } }, transaction, 21_000n)
    expect(limit(token)).toEqual({ wei: 3n * gwei, by: 'funded' })
    expect(limit(token, 2n * gwei)).toEqual({ wei: 2n * gwei, by: 'gas.maxFeeGwei' })
    const cancelled = { ...token, cancelReason: 'asked' }
    expect(limit(cancelled)).toMatchObject({ by: 'gas.maxFeeGwei' })
    expect(limit(aTransaction())).toMatchObject({ by: 'gas.maxFeeGwei' })
    const drain = aTransaction({ step: 'drain', valueWei: 21_000n * gwei + 1n })
    expect(limit(drain)).toEqual({ wei: 2n * gwei, by: 'its own value' })
    // 21,000 gas for 0.4 gwei is a quarter of the rest, which is 33,600 gwei.
    const native = aTransaction({ step: 'sweep', valueWei: 21_000n * gwei + 1n })
    expect(limit(native)).toEqual({ wei: (4n * gwei) / 10n, by: 'gas.maxFeeShare' })
    const capped = { ...chain.gas, maxPerSweepWei: 21_000n * gwei }
    expect(feeLimit({ gas: capped }, cancelled, 21_000n)).toEqual({
      wei: gwei,
      by: 'gas.maxPerSweep',
    })
  })

  it('roughly keeps three significant digits, and joinDetails omits empty details', () => {
    expect([0n, 999n, 1_234n, 99_950n].map(roughly)).toEqual([0n, 999n, 1_230n, 100_000n])
    expect(joinDetails('a', undefined, '', 'b')).toBe('a; b')
  })
})
