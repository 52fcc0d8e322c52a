import { describe, expect, it } from 'vitest'
import { refusesHistory } from '../../../../domain/chains/nodes/refuses-history.ts'
import { ChainRefused, ChainUnreachable } from '../../../../domain/errors.ts'

describe('whether an endpoint keeps no history', () => {
  it.each([
    ['Archive requests require a personal token', -32602],
    ['pruned history unavailable', 4444],
    ['History has been pruned for this block', -32701],
    ['required historical state unavailable', -32000],
  ])('yes: %s (%i)', (words, code) => {
    expect(refusesHistory(new ChainRefused(words, code))).toBe(true)
  })

  it('yes: what a plan excludes', () => {
    expect(refusesHistory(new ChainRefused('no', -32002, { turnedAway: true }))).toBe(true)
  })

  it.each([
    ['query returned more than 10000 results', -32005],
    ['rate limit of archive requests exceeded', -32005],
    ['header not found', -32000],
  ])('no: %s (%i)', (words, code) => {
    expect(refusesHistory(new ChainRefused(words, code))).toBe(false)
  })

  it('no: a node that is away', () => {
    expect(refusesHistory(new ChainUnreachable('archive node is down'))).toBe(false)
  })
})
