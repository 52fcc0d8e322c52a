import { describe, expect, it } from 'vitest'
import {
  asksTooMuch,
  mayBeCut,
  refusesHistory,
} from '../../../../domain/chains/nodes/node-limits.ts'
import { ChainRefused, ChainUnreachable } from '../../../../domain/errors.ts'

describe('asksTooMuch', () => {
  it.each([
    ['query returned more than 10000 results', -32005],
    ['query returned more than 10000 results', -32000],
    ['Response size should not be greater than 2097152 bytes', -32000],
    ['response too large', -32008],
    ['logs matched by query exceeds limit of 10000', -32602],
    ['query timeout exceeded', -32000],
  ])('is true for "%s" (%i)', (words, code) => {
    expect(asksTooMuch(new ChainRefused(words, code))).toBe(true)
  })

  it.each([
    ['rate limit exceeded', -32005],
    ['more than 20 requests per second', -32005],
    ['daily request count exceeded', -32005],
    ['exceeded the capacity of your plan', 429],
    ['max requests exceeded', -32005],
    ['exceeded maximum requests allowed', -32000],
    ['header not found', -32000],
    ['method not found', -32601],
  ])('is false for "%s" (%i)', (words, code) => {
    expect(asksTooMuch(new ChainRefused(words, code))).toBe(false)
  })

  it('is false for an unreachable node and true for a response body that was cut off', () => {
    expect(asksTooMuch(new ChainUnreachable('away'))).toBe(false)
    expect(asksTooMuch(new ChainUnreachable('cut off', { mayFitSmaller: true }))).toBe(true)
  })
})

describe('refusesHistory', () => {
  it.each([
    ['Archive requests require a personal token', -32602],
    ['pruned history unavailable', 4444],
    ['History has been pruned for this block', -32701],
    ['required historical state unavailable', -32000],
  ])('is true for "%s" (%i)', (words, code) => {
    expect(refusesHistory(new ChainRefused(words, code))).toBe(true)
  })

  it('is true for a request that the customer’s plan excludes', () => {
    expect(refusesHistory(new ChainRefused('no', -32002, { outsidePlan: true }))).toBe(true)
  })

  it.each([
    ['query returned more than 10000 results', -32005],
    ['rate limit of archive requests exceeded', -32005],
    ['header not found', -32000],
  ])('is false for "%s" (%i)', (words, code) => {
    expect(refusesHistory(new ChainRefused(words, code))).toBe(false)
  })

  it('is false for an unreachable node', () => {
    expect(refusesHistory(new ChainUnreachable('archive node is down'))).toBe(false)
  })
})

describe('mayBeCut', () => {
  it.each([
    50, 64, 100, 128, 150, 200, 250, 256, 500, 512, 1_000, 1_024, 1_500, 2_000, 2_500, 4_096, 5_000,
    10_000, 15_000, 20_000, 65_536, 100_000,
  ])('is true for %i entries, a usual limit of a list', (count) => {
    expect(mayBeCut(count)).toBe(true)
  })

  it.each([
    0, 1, 2, 5, 8, 10, 16, 32, 49, 51, 55, 60, 99, 101, 125, 180, 999, 1_001, 1_100, 4_095, 9_999,
    12_000, 65_535,
  ])('is false for %i entries', (count) => {
    expect(mayBeCut(count)).toBe(false)
  })

  it('is true for fewer than 1 in 40 counts up to 1,000, and 1 in 400 counts up to 10,000', () => {
    const share = (from: number, to: number) => {
      const counts = Array.from({ length: to - from }, (_, n) => from + n)
      return counts.filter(mayBeCut).length / counts.length
    }
    expect(share(100, 1_000)).toBeLessThan(1 / 40)
    expect(share(1_000, 10_000)).toBeLessThan(1 / 400)
  })
})
