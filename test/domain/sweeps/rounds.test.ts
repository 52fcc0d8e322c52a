import { describe, expect, it } from 'vitest'
import type { Step, Transaction } from '../../../domain/lanes/transaction.ts'
import { decideRound } from '../../../domain/sweeps/rounds.ts'
import { aMined, aTransaction } from '../../harness/factories/a-transaction.ts'

const maxRounds = 3
const mined = aMined({ blockNumber: 10n })

function ended(step: Step, state: Transaction['state'], round = 1): Transaction {
  return aTransaction({ step, state, round, mined: state === 'displaced' ? null : mined })
}

const rows: [string, Transaction | undefined, bigint | undefined, string | number][] = [
  ['the first', undefined, undefined, 1],
  ['one under way', aTransaction(), undefined, 'keep'],
  ['one under way, though the wallet is short', aTransaction(), 99n, 'keep'],
  ['one mined but not at depth', aTransaction({ mined }), 99n, 'keep'],
  ['gas that reverted', ended('gas', 'reverted'), undefined, 2],
  ['gas that was displaced', ended('gas', 'displaced'), undefined, 2],
  ['gas that was cancelled', ended('gas', 'cancelled'), undefined, 2],
  ['gas that succeeded, nobody asked for more', ended('gas', 'succeeded'), undefined, 'keep'],
  ['gas that succeeded, short before its block', ended('gas', 'succeeded'), 9n, 'keep'],
  ['gas that succeeded, still short at its block', ended('gas', 'succeeded'), 10n, 2],
  ['gas that succeeded, short after it', ended('gas', 'succeeded'), 11n, 2],
  ['a sweep that succeeded is never signed again', ended('sweep', 'succeeded'), 99n, 'keep'],
  ['a sweep that reverted', ended('sweep', 'reverted'), undefined, 2],
  ['the last round that may be, reverted', ended('sweep', 'reverted', 3), undefined, 'exhausted'],
  ['the last gas round that may be, short', ended('gas', 'succeeded', 3), 11n, 'exhausted'],
  ['the last gas round that may be, enough', ended('gas', 'succeeded', 3), 9n, 'keep'],
]

describe('rounds (MONEY 2)', () => {
  it.each(rows)('%s', (_, last, shortAtBlock, expected) => {
    const decision = decideRound(last ? [last] : [], maxRounds, shortAtBlock)
    const answer = decision.kind === 'open' ? decision.round : decision.kind
    expect(answer).toBe(expected)
    if (decision.kind === 'keep') expect(decision.transaction).toBe(last)
  })

  it('only the newest round is judged', () => {
    const rounds = [ended('gas', 'reverted'), aTransaction({ round: 2 })]
    expect(decideRound(rounds, maxRounds)).toMatchObject({
      kind: 'keep',
      transaction: { round: 2 },
    })
  })

  it('gas said to have succeeded without its block opens nothing: that would pay twice', () => {
    const strange = aTransaction({ state: 'succeeded', mined: null })
    expect(decideRound([strange], maxRounds, 99n).kind).toBe('keep')
  })
})
