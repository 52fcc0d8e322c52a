import { describe, expect, it } from 'vitest'
import { tipAboveCap } from '../../../domain/chains/fees-to-sign.ts'
import { judgePrice } from '../../../domain/lanes/price-wait.ts'
import { planReplacement } from '../../../domain/lanes/replacement.ts'
import {
  isResendDue,
  isUnderTipped,
  judgeSends,
  quoteAfterRefusal,
} from '../../../domain/lanes/send-refusal.ts'
import type { Step } from '../../../domain/lanes/transaction.ts'
import { aChain, gwei } from '../../harness/factories/a-chain.ts'
import { anAttempt, aTransaction } from '../../harness/factories/a-transaction.ts'

const quote = {
  blockNumber: 1n,
  baseFeeWei: gwei,
  gasPriceWei: 2n * gwei,
  priorityFeeWei: gwei,
}
const chain = aChain()
const judge = ({
  step = 'gas' as Step,
  attempt = anAttempt(),
  quote: asked = quote,
  blocksUnmined = 0n as bigint | undefined,
}) => judgeSends(chain, { step, attempt, quote: asked, blocksUnmined })
/** @param unheld number of sends since a lookup last found the attempt */
const refusedWith = (lastError: string | null, unheld = 2) => anAttempt({ lastError, unheld })

describe('judgeSends (MONEY 4, 17)', () => {
  it.each([
    ['gas', 'txpool is full', 'send-refused'],
    ['gas', 'insufficient funds for gas * price + value', 'keeper-low'],
    ['sweep', 'insufficient funds for gas * price + value', 'send-refused'],
    ['sweep', 'transaction underpriced', 'gas-price'],
    ['sweep', 'intrinsic gas too low', 'gas-limit'],
    ['gas', 'exceeds block gas limit', 'gas-limit'],
    ['gas', 'tx fee (1.05 ether) exceeds the configured cap (1.00 ether)', 'send-refused'],
    ['gas', 'something nobody has heard of', 'send-refused'],
  ] as const)('for step %s, rejected with "%s", returns the reason %s', (step, words, reason) => {
    const refusal = judge({ step, attempt: refusedWith(words) })
    expect(refusal?.reason).toBe(reason)
    expect(refusal?.detail).toContain(words)
  })

  it('returns undefined after a single rejection', () => {
    expect(judge({ attempt: refusedWith('boom', 1) })).toBeUndefined()
  })

  it.each([
    [2, 3n, false],
    [3, 3n, true],
    [300, 2n, false],
    [300, undefined, false],
  ])(
    'reports a silent rejection after %i accepted sends and %s unmined blocks: %s',
    (unheld, blocksUnmined, refused) => {
      const silent = judge({ attempt: refusedWith(null, unheld), blocksUnmined })
      expect(silent?.reason).toBe(refused ? 'send-refused' : undefined)
      if (refused) expect(silent?.detail).toContain('rejected silently')
    },
  )

  it.each([
    [0n, undefined],
    [2n, undefined],
    [undefined, undefined],
    [3n, 'send-refused'],
  ])(
    'for a used nonce, after %s unmined blocks, returns the reason %s',
    (blocksUnmined, reason) => {
      const attempt = refusedWith('nonce too low: next nonce 5, tx nonce 4')
      expect(judge({ attempt, blocksUnmined })?.reason).toBe(reason)
    },
  )

  it('reports that no node answered', () => {
    const attempt = refusedWith('no answer from the node: the node did not answer in time')
    expect(judge({ attempt })).toEqual({
      reason: 'send-refused',
      detail:
        'no answer from the node: the node did not answer in time; the transaction is sent again',
    })
  })

  it('names the suggested tip when the rejection contains no number', () => {
    const dear = { ...quote, priorityFeeWei: 30n * gwei }
    const attempt = refusedWith('transaction underpriced')
    expect(judge({ attempt, quote: dear })?.detail).toContain(
      'the node asks for a tip of 30 gwei, gas.maxPriorityFeeGwei allows 2 gwei',
    )
  })
})

describe('a tip that a rejection asks for', () => {
  const words = 'gas tip cap 1000000000, minimum needed 25000000000'

  it('quoteAfterRefusal replaces a lower suggested tip', () => {
    expect(quoteAfterRefusal(quote, refusedWith(words)).priorityFeeWei).toBe(25n * gwei)
    expect(quoteAfterRefusal(quote, refusedWith('txpool is full'))).toBe(quote)
    expect(quoteAfterRefusal(quote, refusedWith(words, 0))).toBe(quote)
  })

  it('isUnderTipped is true only if the operator allows a higher tip than the signed tip', () => {
    const asked = quoteAfterRefusal(quote, refusedWith(words))
    const capped = aChain({ gas: { ...chain.gas, maxPriorityFeeWei: gwei } })
    expect(isUnderTipped(chain, asked, refusedWith(words))).toBe(true)
    expect(isUnderTipped(capped, asked, refusedWith(words))).toBe(false)
    expect(isUnderTipped(chain, asked, refusedWith('txpool is full'))).toBe(false)
  })

  it('tipAboveCap reports a tip only if it is far above the cap', () => {
    const of = (priorityFeeWei: bigint) => tipAboveCap(chain, { ...quote, priorityFeeWei })
    expect(of(4n * gwei)).toBeUndefined()
    expect(of(25n * gwei)).toBe(
      'the node asks for a tip of 25 gwei, gas.maxPriorityFeeGwei allows 2 gwei',
    )
    const legacy = aChain({ feeMode: 'legacy' })
    expect(tipAboveCap(legacy, { ...quote, priorityFeeWei: 25n * gwei })).toBeUndefined()
  })
})

describe('isResendDue', () => {
  const sentAt = 1_000_000
  const due = (unheld: number, afterMs: number) =>
    isResendDue({ unheld, lastSentAt: new Date(sentAt) }, sentAt + afterMs)

  it.each([
    [0, 0, true],
    [9, 0, true],
    [10, 0, false],
    [10, 1_000, true],
    [12, 3_999, false],
    [12, 4_000, true],
    [500, 29_999, false],
    [500, 30_000, true],
    [500, -60_000, true],
  ])('after %i sends and %i ms returns %s', (unheld, afterMs, expected) => {
    expect(due(unheld, afterMs)).toBe(expected)
  })
})

describe('a gas limit that nodes reject (MONEY 8)', () => {
  const market = { marketWei: gwei, startWei: gwei, capWei: 2n * gwei, priorityFeeWei: gwei }
  const signed = (more = {}) =>
    aTransaction({
      step: 'sweep',
      data: '0xa9059cbb',
      gasLimit: 60_000n,
      feeCapWei: 2n * gwei,
      attempts: [
        anAttempt({ gasLimit: 60_000n, unheld: 1, lastError: 'intrinsic gas too low', ...more }),
      ],
    })
  const plan = (transaction = signed(), gasLimit = 84_000n) =>
    planReplacement({
      transaction,
      gasLimit,
      market,
      ceilingWei: 200n * gwei,
      caps: aChain().gas,
      l1FeeWei: 0n,
      spendableWei: 10n ** 18n,
    })

  it('planReplacement raises the limit at the same fee, because the rejected attempt cannot be mined', () => {
    expect(plan()).toMatchObject({
      kind: 'sign',
      fees: { gasLimit: 84_000n, maxFeeWei: gwei, maxPriorityFeeWei: gwei },
    })
  })

  it('planReplacement raises the fee if a node holds the attempt', () => {
    expect(plan(signed({ unheld: 0, lastError: null }))).toMatchObject({
      fees: { maxFeeWei: 1_125_000_000n },
    })
  })

  it('planReplacement never raises the limit above the funded gas', () => {
    expect(plan(signed(), 120_000n)).toMatchObject({ kind: 'sign' })
    expect(plan(signed(), 120_001n)).toEqual({ kind: 'past-cap' })
  })

  it('judgePrice asks for another gas round above the funded gas, with both limits in the detail', () => {
    expect(
      judgePrice(chain, { ...quote, priorityFeeWei: 0n }, signed(), { gasLimit: 84_000n }),
    ).toBeUndefined()
    expect(
      judgePrice(chain, { ...quote, priorityFeeWei: 0n }, signed(), { gasLimit: 180_000n }),
    ).toMatchObject({
      kind: 'past-cap',
      reason: 'gas-limit',
      gasLimit: 180_000n,
      detail: expect.stringContaining('a gas limit of 60000 and estimates that 180000 are needed'),
    })
  })
})
