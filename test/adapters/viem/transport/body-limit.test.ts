import { describe, expect, it } from 'vitest'
import { bodyLimit } from '../../../../adapters/viem/transport/body-limit.ts'

const mebibyte = 1024 * 1024
/**
 * Size of a receipt that is full of empty logs. An empty log costs 375 gas and takes up to 450
 * bytes of JSON.
 */
const fullReceipt = (gasLimit: number) => Math.floor(gasLimit / 375) * 450

const ofBlocks = [
  'eth_getTransactionReceipt',
  'eth_getBlockByNumber',
  'eth_getBlockByHash',
  'eth_getTransactionByHash',
  'eth_getTransactionByBlockHashAndIndex',
]
const gasLimits = [0, 30_000_000, 60_000_000, 150_000_000]

describe('bodyLimit', () => {
  it.each(ofBlocks.flatMap((method) => gasLimits.map((gas) => [method, gas] as const)))(
    'for %s at a gas limit of %d, allows the largest receipt for that gas, and at least for 60 million gas',
    (method, gas) => {
      expect(bodyLimit(method, gas)).toBeGreaterThan(fullReceipt(Math.max(gas, 60_000_000)))
    },
  )

  it.each([
    ...ofBlocks.map((method) => [method, 1024] as const),
    ['eth_getLogs', 256],
    ['debug_traceBlockByHash', 512],
    ['trace_block', 512],
    ['debug_traceTransaction', 128],
    ['trace_transaction', 128],
    ['eth_call', 16],
  ] as const)('limits the answer to %s to %d MiB at an absurd gas limit', (method, most) => {
    expect(bodyLimit(method, 2 ** 50)).toBe(most * mebibyte)
    // The ceiling allows the largest receipt for 256 million gas.
    if (most === 1024) expect(bodyLimit(method, 2 ** 50)).toBeGreaterThan(fullReceipt(256_000_000))
  })

  it.each([
    ['eth_getTransactionReceipt', 240_000_000],
    ['eth_getLogs', 90_000_000],
    ['debug_traceBlockByHash', 240_000_000],
    ['debug_traceTransaction', 128 * mebibyte],
    ['eth_call', 16 * mebibyte],
  ])('allows %s an answer of %d bytes before the first header is read', (method, bytes) => {
    expect(bodyLimit(method, 0)).toBe(bytes)
  })

  it('does not fall as the gas limit rises', () => {
    for (const method of [...ofBlocks, 'eth_getLogs', 'trace_block', 'eth_chainId']) {
      const limits = [...gasLimits, 2 ** 50].map((gas) => bodyLimit(method, gas))
      expect(limits).toEqual([...limits].sort((a, b) => a - b))
    }
  })
})
