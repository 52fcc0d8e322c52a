/**
 * States of a deposit, in the order of its life. A row also stores the reason of the state, which
 * may be empty, and the time at which state or reason last changed.
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
 * States in which coldsweep has nothing to do: a workflow run of such a deposit ends at once. An
 * `orphaned` deposit becomes `confirming` when the chain includes its transaction again.
 */
export const terminalStates = ['done', 'ignored', 'orphaned'] as const satisfies DepositState[]

/** Returns whether the state is one of `terminalStates`. */
export function isTerminal(state: DepositState): boolean {
  return (terminalStates as readonly DepositState[]).includes(state)
}

/** States in which a step of coldsweep or a decision of an operator is outstanding. */
export const unfinishedStates: readonly DepositState[] = depositStates.filter(
  (state) => !isTerminal(state),
)

/**
 * Reasons of `waiting(…)`. `sweep <id>` and `held-by <deposit>` name the sweep or the other deposit
 * that this deposit waits for.
 */
export type WaitReason =
  | 'queued'
  | 'joint-sweep'
  | 'keeper-low'
  | 'lane-full'
  | 'gas-price'
  | 'balance-unclear'
  | 'gas-limit'
  | 'budget'
  | 'uneconomic'
  | 'send-refused'
  | 'rpc-quorum'
  | 'scanner-behind'
  | 'tokens-first'
  | 'approval'
  | 'paused'
  | 'chain-paused'
  | 'asset-paused'
  | 'cold-wallet-changed'
  | 'keeper-retired'
  | `wallet-lane ${string}`
  | `sweep ${string}`
  | `held-by ${string}`
  | `step-failed ${string}`

/**
 * Reasons of `confirming(…)`: the block is final, but the deposit is not credited yet. `rpc-quorum`
 * and `rpc-disagreement` end by themselves when enough nodes agree (MONEY 20). The others are
 * doubts, which an operator decides (domain/deposits/doubt.ts).
 */
export type UnconfirmedReason = 'rpc-quorum' | 'rpc-disagreement' | 'content-differs' | 'unbacked'

/**
 * Reasons of `needs-attention(…)`: an operator has to decide. The state ends by an operator's
 * order, or when the sweep of another deposit covers this one.
 */
export type AttentionReason =
  | 'token-refused'
  | 'funds-gone'
  | 'key-missing'
  | 'key-mismatch'
  | 'lane-behind'
  | 'displaced'
  | 'rounds-exhausted'
  | 'gas-limit'
  | 'delegated-elsewhere'
  | 'reverted'
  | 'unlisted-asset'
  | 'rpc-disagreement'
  | `waited-too-long ${string}`
  | `activity-failed ${string}`

/**
 * Formats state and reason as one string: `done`, `waiting(keeper-low)`. Used wherever a state is
 * shown.
 */
export function formatState(state: DepositState, reason: string): string {
  return reason ? `${state}(${reason})` : state
}
