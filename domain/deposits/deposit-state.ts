/**
 * States of a deposit, in the order of its life. Every state carries a reason (may be empty) and
 * since when.
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
 * chain includes it again.
 */
export const terminalStates = ['done', 'ignored', 'orphaned'] as const satisfies DepositState[]

export function isTerminal(state: DepositState): boolean {
  return (terminalStates as readonly DepositState[]).includes(state)
}

/** Something has yet to happen, or a person has yet to look. */
export const unfinishedStates: readonly DepositState[] = depositStates.filter(
  (state) => !isTerminal(state),
)

/** Reasons of `waiting(…)`. `sweep <id>` and `held-by <deposit>` name what is waited for. */
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
 * when enough nodes agree (MONEY 20); an operator decides the doubts in domain/deposits/doubt.ts.
 */
export type UnconfirmedReason = 'rpc-quorum' | 'rpc-disagreement' | 'content-differs' | 'unbacked'

/**
 * Reasons of `needs-attention(…)`: what a person has to look at. An order ends it, or a sweep of
 * another deposit that takes this one along.
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
