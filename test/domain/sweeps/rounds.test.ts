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
  ['opens round 1 without an earlier round', undefined, undefined, 1],
  ['opens no round after a live round', aTransaction(), undefined, 'keep'],
  ['opens no round after a live round, although the wallet lacks gas', aTransaction(), 99n, 'keep'],
  [
    'opens no round after a round that is mined but not final',
    aTransaction({ mined }),
    99n,
    'keep',
  ],
  ['opens round 2 after gas that reverted', ended('gas', 'reverted'), undefined, 2],
  ['opens round 2 after gas that was displaced', ended('gas', 'displaced'), undefined, 2],
  ['opens round 2 after gas that was cancelled', ended('gas', 'cancelled'), undefined, 2],
  [
    'opens no round after a gas payment that succeeded',
    ended('gas', 'succeeded'),
    undefined,
    'keep',
  ],
  [
    'opens no round after a gas payment if the wallet was last short of gas before the payment’s block',
    ended('gas', 'succeeded'),
    9n,
    'keep',
  ],
  [
    'opens round 2 after a gas payment if the wallet is still short of gas at the payment’s block',
    ended('gas', 'succeeded'),
    10n,
    2,
  ],
  [
    'opens round 2 after a gas payment if the wallet is short of gas after the payment’s block',
    ended('gas', 'succeeded'),
    11n,
    2,
  ],
  ['opens no round after a sweep that succeeded', ended('sweep', 'succeeded'), 99n, 'keep'],
  ['opens round 2 after a sweep that reverted', ended('sweep', 'reverted'), undefined, 2],
  [
    'is exhausted after the last round reverted',
    ended('sweep', 'reverted', 3),
    undefined,
    'exhausted',
  ],
  [
    'is exhausted after the last gas round if the wallet still lacks gas',
    ended('gas', 'succeeded', 3),
    11n,
    'exhausted',
  ],
  [
    'opens no round after the last gas round if the wallet has enough gas',
    ended('gas', 'succeeded', 3),
    9n,
    'keep',
  ],
]

describe('decideRound (MONEY 2)', () => {
  it.each(rows)('%s', (_, last, shortAtBlock, expected) => {
    const decision = decideRound(last ? [last] : [], maxRounds, shortAtBlock)
    const answer = decision.kind === 'open' ? decision.round : decision.kind
    expect(answer).toBe(expected)
    if (decision.kind === 'keep') expect(decision.transaction).toBe(last)
  })

  it('judges only the newest round', () => {
    const rounds = [ended('gas', 'reverted'), aTransaction({ round: 2 })]
    expect(decideRound(rounds, maxRounds)).toMatchObject({
      kind: 'keep',
      transaction: { round: 2 },
    })
  })

  it('opens no round after gas that succeeded in an unknown block, to avoid a second payment', () => {
    const strange = aTransaction({ state: 'succeeded', mined: null })
    expect(decideRound([strange], maxRounds, 99n).kind).toBe('keep')
  })
})
