/**
 * States of a deposit, in the order of its life. Every state has a reason (may be empty) and a
 * since.
 */
export const depositStates = [
  'detected',
  'confirming',
  'waiting',
  'funding',
  'sweeping',
  'confirming-sweep',
  'done',
  'ignored',
  'orphaned',
  'needs-attention',
] as const

export type DepositState = (typeof depositStates)[number]

/**
 * Nothing is left to do: a run of such a deposit ends at once. `orphaned` returns to life when the
 * chain includes the deposit again.
 */
export const terminalStates = ['done', 'ignored', 'orphaned'] as const satisfies DepositState[]

export function isTerminal(state: DepositState): boolean {
  return (terminalStates as readonly DepositState[]).includes(state)
}

/** A step or a decision by a person is outstanding. */
export const unfinishedStates: readonly DepositState[] = depositStates.filter(
  (state) => !isTerminal(state),
)

/**
 * Reasons of `waiting(…)`. `sweep <id>` and `held-by <deposit>` name the sweep or deposit to wait
 * for.
 */
export type WaitReason =
  | 'queued'
  | 'keeper-low'
  | 'lane-full'
  | 'gas-price'
  | 'balance-unclear'
  | 'gas-limit'
  | 'send-refused'
  | 'rpc-quorum'
  | 'scanner-behind'
  | 'tokens-first'
  | 'approval'
  | 'paused'
  | 'chain-paused'
  | 'cold-wallet-changed'
  | 'keeper-retired'
  | `wallet-lane ${string}`
  | `sweep ${string}`
  | `held-by ${string}`
  | `step-failed ${string}`

/**
 * Reasons of `confirming(…)`: the deposit is not credited yet. The quorum reasons end by themselves
 * when enough nodes agree (MONEY 20). An operator decides the doubts in domain/deposits/doubt.ts.
 */
export type UnconfirmedReason = 'rpc-quorum' | 'rpc-disagreement' | 'content-differs' | 'unbacked'

/**
 * Reasons of `needs-attention(…)`: a person has to decide. An order ends the state, or a sweep of
 * another deposit that covers this one.
 */
export type AttentionReason =
  | 'token-refused'
  | 'funds-gone'
  | 'key-missing'
  | 'key-mismatch'
  | 'lane-behind'
  | 'displaced'
  | 'rounds-exhausted'
  | 'reverted'
  | 'unlisted-asset'
  | 'rpc-disagreement'
  | `waited-too-long ${string}`
  | `activity-failed ${string}`

/** One string everywhere: `done`, `waiting(keeper-low)`, `needs-attention(token-refused)`. */
export function formatState(state: DepositState, reason: string): string {
  return reason ? `${state}(${reason})` : state
}
