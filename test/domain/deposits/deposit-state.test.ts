import { describe, expect, it } from 'vitest'
import { depositStates, formatState, isTerminal } from '../../../domain/deposits/deposit-state.ts'

describe('states of a deposit', () => {
  it('are terminal only if done, ignored or orphaned', () => {
    expect(depositStates.filter(isTerminal)).toEqual(['done', 'ignored', 'orphaned'])
  })

  it('are formatted as one string with their reason', () => {
    expect(formatState('waiting', 'keeper-low')).toBe('waiting(keeper-low)')
    expect(formatState('needs-attention', 'token-refused')).toBe('needs-attention(token-refused)')
    expect(formatState('done', '')).toBe('done')
  })
})
