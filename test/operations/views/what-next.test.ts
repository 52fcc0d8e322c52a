import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { depositStates } from '../../../domain/deposits/deposit-state.ts'
import { whatNext } from '../../../operations/views/what-next.ts'

const source = readFileSync(
  new URL('../../../domain/deposits/deposit-state.ts', import.meta.url),
  'utf8',
)

/**
 * Returns the first word of each member of a reason type. Reads the members from the source,
 * because types do not exist at run time.
 */
function reasonsOf(type: string): string[] {
  const body = source.split(`export type ${type} =`)[1]?.split('\n\n')[0] ?? ''
  return [...body.matchAll(/['`]([a-z-]+)/g)].map((match) => match[1] ?? '')
}

describe('whatNext', () => {
  it.each(reasonsOf('WaitReason'))('differs from the default text for waiting(%s)', (reason) => {
    expect(whatNext({ state: 'waiting', reason }).next).not.toBe(
      'the deposit is checked again by itself',
    )
  })

  it.each(reasonsOf('UnconfirmedReason'))(
    'differs from the default text for confirming(%s)',
    (reason) => {
      const usual = whatNext({ state: 'confirming', reason: '' }).next
      expect(whatNext({ state: 'confirming', reason }).next).not.toBe(usual)
    },
  )

  it.each(reasonsOf('AttentionReason'))(
    'differs from the default text for needs-attention(%s), and offers retry',
    (reason) => {
      const next = whatNext({ state: 'needs-attention', reason: `${reason} something` })
      expect(next.next).not.toBe('needs an operator; then retry')
      expect(next.retry).toBe(true)
    },
  )

  it.each(depositStates)('returns a next step for the state %s', (state) => {
    expect(whatNext({ state, reason: '' }).next.length).toBeGreaterThan(5)
  })

  it('every reason of a state has an explanation in the runbook', () => {
    const runbook = readFileSync(new URL('../../../docs/runbook.md', import.meta.url), 'utf8')
    for (const reason of reasonsOf('WaitReason')) expect(runbook).toContain(`waiting(${reason}`)
    for (const reason of reasonsOf('UnconfirmedReason')) {
      expect(runbook).toContain(`confirming(${reason}`)
    }
    for (const reason of reasonsOf('AttentionReason')) {
      expect(runbook).toContain(`needs-attention(${reason}`)
    }
  })
})
