import { describe, expect, it } from 'vitest'
import { depositStates, formatState, isTerminal } from '../../../domain/deposits/deposit-state.ts'

describe('states of a deposit', () => {
  it('isTerminal is true only for done, ignored and orphaned', () => {
    expect(depositStates.filter(isTerminal)).toEqual(['done', 'ignored', 'orphaned'])
  })

  it('formatState returns the state with its reason in parentheses', () => {
    expect(formatState('waiting', 'keeper-low')).toBe('waiting(keeper-low)')
    expect(formatState('needs-attention', 'token-refused')).toBe('needs-attention(token-refused)')
    expect(formatState('done', '')).toBe('done')
  })
})
