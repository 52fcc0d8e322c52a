import { encodeAbiParameters, type Hex } from 'viem'
import { describe, expect, it } from 'vitest'
import { type AskOracle, readRollupFee, rollupFeeOf } from '../../../adapters/viem/rollup-fee.ts'
import { coldWallet } from '../../parts/a-chain.ts'

const draft = {
  to: coldWallet,
  valueWei: 1n,
  data: '0x',
  gasLimit: 21_000n,
  maxFeeWei: 1n,
} as const
const word = (value: bigint): Hex => encodeAbiParameters([{ type: 'uint256' }], [value])
const l1Selector = '0x49948e0e'
const operatorSelector = '0x275aedd2'
const answering =
  (answers: Record<string, Hex | undefined>): AskOracle =>
  async ({ data }) => {
    const answer = answers[data.slice(0, 10)]
    return answer === undefined
      ? { kind: 'reverted', reason: 'execution reverted' }
      : { kind: 'returned', data: answer }
  }

describe('the fee that a rollup takes beside gas (MONEY 9)', () => {
  it('is nothing on chains without such an oracle, which are not asked', async () => {
    const never: AskOracle = async () => {
      throw new Error('asked')
    }
    expect(await readRollupFee(1, 'none', draft, never)).toBe(0n)
    expect(await readRollupFee(42161, 'arbitrum', draft, never)).toBe(0n)
  })

  it('is L1 fee and operator fee on an OP stack', async () => {
    const ask = answering({ [l1Selector]: word(1_000n), [operatorSelector]: word(77n) })
    expect(await readRollupFee(10, 'op-stack', draft, ask)).toBe(1_077n)
  })

  it('is the L1 fee alone on Scroll, which has no operator', async () => {
    const ask = answering({ [l1Selector]: word(9n), [operatorSelector]: word(77n) })
    expect(await readRollupFee(534352, 'scroll', draft, ask)).toBe(9n)
  })

  it('before Isthmus there is no operator fee: the oracle reverts', async () => {
    expect(await readRollupFee(10, 'op-stack', draft, answering({ [l1Selector]: word(5n) }))).toBe(
      5n,
    )
  })

  it.each([
    ['has no code', answering({ [l1Selector]: '0x' })],
    ['reverts', answering({})],
  ])('an oracle that %s is an error, never 0', async (_, ask) => {
    await expect(readRollupFee(10, 'op-stack', draft, ask)).rejects.toThrow(
      'chain 10 is configured as rollup: op-stack, and its fee oracle',
    )
  })
})

describe('what a mined transaction paid beside gas', () => {
  const gasUsed = '0x5208'
  it.each([
    ['nothing on an L1', {}, 0n],
    ['the L1 fee', { l1Fee: '0x64' }, 100n],
    [
      'an Isthmus operator fee',
      { operatorFeeScalar: '0xf4240', operatorFeeConstant: '0x7' },
      21_007n,
    ],
    [
      'a Jovian one',
      { operatorFeeScalar: '0x1', operatorFeeConstant: '0x7', daFootprintGasScalar: '0x190' },
      2_100_007n,
    ],
  ] as const)('%s', (_, fields, wei) => {
    expect(rollupFeeOf({ gasUsed, ...fields })).toBe(wei)
  })
})
