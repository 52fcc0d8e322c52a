import { describe, expect, it } from 'vitest'
import { depositStates, formatState, isTerminal } from '../../../domain/deposits/deposit-state.ts'

describe('states of a deposit', () => {
  it('only done, ignored and orphaned are ends: what needs attention is not forgotten', () => {
    expect(depositStates.filter(isTerminal)).toEqual(['done', 'ignored', 'orphaned'])
  })

  it('are one string everywhere', () => {
    expect(formatState('waiting', 'keeper-low')).toBe('waiting(keeper-low)')
    expect(formatState('needs-attention', 'token-refused')).toBe('needs-attention(token-refused)')
    expect(formatState('done', '')).toBe('done')
  })
})
