import { describe, expect, it } from 'vitest'
import { asksTooMuch } from '../../../../domain/chains/nodes/asks-too-much.ts'
import { ChainRefused, ChainUnreachable } from '../../../../domain/errors.ts'

describe('whether a smaller question may be answered', () => {
  it.each([
    ['query returned more than 10000 results', -32005],
    ['query returned more than 10000 results', -32000],
    ['Response size should not be greater than 2097152 bytes', -32000],
    ['response too large', -32008],
    ['logs matched by query exceeds limit of 10000', -32602],
    ['query timeout exceeded', -32000],
  ])('yes: %s (%i)', (words, code) => {
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
  ])('no: %s (%i)', (words, code) => {
    expect(asksTooMuch(new ChainRefused(words, code))).toBe(false)
  })

  it('a node that is away is asked nothing smaller, a body that did not come through is', () => {
    expect(asksTooMuch(new ChainUnreachable('away'))).toBe(false)
    expect(asksTooMuch(new ChainUnreachable('cut off', { mayFitSmaller: true }))).toBe(true)
  })
})
