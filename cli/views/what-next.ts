import type { Deposit } from '../../domain/deposits/deposit.ts'
import { isRejected } from '../../domain/deposits/doubt.ts'

/** What a state means for whoever looks at it. */
export interface Next {
  /** What happens next, or what a person has to do. */
  readonly next: string
  /** Whether `coldsweep retry` is the way on once the cause is mended. */
  readonly retry: boolean
}

const goesOn = (next: string): Next => ({ next, retry: false })
const mendAndRetry = (next: string): Next => ({ next, retry: true })

/** Keyed by the first word of the reason; docs/runbook.md says more about each. */
const waits: Readonly<Record<string, Next>> = {
  queued: goesOn(
    'the bus hands it to its workflow; if it stays so, look at the relay, RabbitMQ, the intake and Temporal',
  ),
  'keeper-low': goesOn(
    'it goes on by itself, oldest first, once the gas keeper is refilled: see "coldsweep keeper"',
  ),
  'lane-full': goesOn('it goes on by itself once one of the keeper’s transactions is mined'),
  'gas-price': mendAndRetry(
    'it goes on by itself once gas costs less than the ceiling (gas.maxFeeGwei), or nodes ask no higher tip than gas.maxPriorityFeeGwei',
  ),
  'gas-limit': goesOn(
    'nodes ask more gas than is signed or recorded: run "coldsweep config check", which measures and records what a plain transfer takes; the rest goes on by itself',
  ),
  'send-refused': goesOn(
    'no node takes its signed transaction, for the reason in its detail; it is sent again, at least every 30 seconds, until one does',
  ),
  'balance-unclear': goesOn(
    'the node shows less in the wallet than the deposit brought: it is asked again at a later block, then this is funds-gone or goes on',
  ),
  'rpc-quorum': goesOn('it goes on by itself once enough nodes answer'),
  'scanner-behind': goesOn('it goes on by itself once the scanner has read the newest blocks'),
  'tokens-first': goesOn('the wallet’s tokens go before its native coin; it goes on after them'),
  'wallet-lane': goesOn('another asset of the wallet is being swept; it goes on after that'),
  sweep: goesOn(
    'another deposit’s run drives the sweep that covers it; it takes over should that stop',
  ),
  'held-by': goesOn('it goes on once the deposit that holds it is approved, resumed or skipped'),
  'step-failed': goesOn(
    'a step keeps failing with the error in the detail: fix its cause; it is tried again every minute at the latest, and other assets of the wallet go on',
  ),
  approval: goesOn(
    'its amount wants an approval, or its asset was not listed when it was confirmed: "coldsweep approve", or "coldsweep skip" to leave it',
  ),
  paused: goesOn('an operator holds it: "coldsweep resume" lets it go on'),
  'chain-paused': goesOn('an operator has paused the chain: "coldsweep resume --chain" ends that'),
  'cold-wallet-changed': goesOn(
    'the cold wallet was changed and this worker has the old one: mend its coldsweep.yaml and restart it',
  ),
  'keeper-retired': goesOn(
    'another gas keeper was registered and this worker has the former one: mend its coldsweep.yaml and restart it',
  ),
}

const attentions: Readonly<Record<string, Next>> = {
  'token-refused': mendAndRetry(
    'the token contract refuses the transfer (paused, wallet or cold wallet blocked): ask its issuer, then retry',
  ),
  'funds-gone': mendAndRetry(
    'the wallet is empty and no sweep of ours explains it: find who moved the coin before anything else',
  ),
  'key-missing': mendAndRetry('userwallet has no row for the wallet: add it, then retry'),
  'key-mismatch': mendAndRetry(
    'the key in userwallet does not belong to the wallet: mend the row, then retry',
  ),
  'lane-behind': mendAndRetry(
    'the chain knows transactions of this sender that no row explains (a backup? a stranger with its key?): send nothing by hand, run "coldsweep recover"',
  ),
  displaced: mendAndRetry(
    'a transaction that is not ours took the nonce: find who else holds the key, then retry',
  ),
  'rounds-exhausted': mendAndRetry(
    'it was funded or sent as often, or with as much gas, as allowed: see its transactions for why, raise limits or gas.maxPerSweep, restart the worker, then retry',
  ),
  reverted: mendAndRetry(
    'its transaction failed on the chain, every time: mend the cause, raise limits.sweepRounds, restart the worker, then retry',
  ),
  'unlisted-asset': mendAndRetry(
    'coldsweep.yaml does not list the asset any more: list it and restart, approve what it holds, then retry',
  ),
  'rpc-disagreement': mendAndRetry(
    'nodes gave two answers to one question, so one lies or is broken: take that one out of rpc, restart scanner and worker, then retry',
  ),
  'waited-too-long': mendAndRetry(
    'it waited longer than timers.attentionAfterSeconds for what is named: mend that, then retry',
  ),
  'activity-failed': mendAndRetry(
    'a step failed in a way that repeating does not mend: see the detail and the worker’s log, then retry',
  ),
}

const states: Readonly<Record<Exclude<Deposit['state'], 'waiting' | 'needs-attention'>, Next>> = {
  detected: goesOn('the scanner waits until its block is final'),
  confirming: goesOn('the scanner waits until its block is final'),
  funding: goesOn('the keeper’s gas is on its way; the lane loop broadcasts until it is mined'),
  sweeping: goesOn('its transaction is being signed or waits to be mined'),
  'confirming-sweep': goesOn(
    'its transaction is signed: the lane loop sends it until it is mined, then it waits for finality',
  ),
  done: goesOn('nothing: its sweep has arrived in the cold wallet'),
  ignored: goesOn('nothing; a later sweep of the same wallet and asset takes it along'),
  orphaned: goesOn('nothing, unless the chain includes its transaction again'),
}

/** Final, and not handed on (MONEY 20). */
const unconfirmed: Readonly<Record<string, Next>> = {
  'rpc-quorum': goesOn('it goes on by itself once enough nodes answer about it'),
  'rpc-disagreement': goesOn(
    'nodes differ about it, so one lies or is broken: take that one out of rpc, restart the scanner, "coldsweep rescan" its block; then it goes on by itself',
  ),
  'content-differs': goesOn(
    'a later read of its block showed other transfers than the first: look at the transaction in a block explorer, then "coldsweep approve" credits it, "coldsweep skip" rejects it',
  ),
  unbacked: goesOn(
    'its transfer was logged and the wallet’s balance does not show it: look at both in a block explorer, then "coldsweep approve" credits it, "coldsweep skip" rejects it',
  ),
}

const rejected = goesOn(
  'nothing; an operator rejected it, so it is never credited or covered. Only a reorg that includes it in another block asks again',
)

export function whatNext({ state, reason }: Pick<Deposit, 'state' | 'reason'>): Next {
  const kind = reason.split(' ')[0] ?? ''
  if (state === 'confirming') return unconfirmed[kind] ?? states.confirming
  if (state === 'waiting') return waits[kind] ?? goesOn('it looks again by itself')
  if (state === 'needs-attention') {
    return attentions[kind] ?? mendAndRetry('a person has to look; then retry')
  }
  return isRejected({ state, reason }) ? rejected : states[state]
}

/** Whether a deposit can be in that state for that reason: a filter that can't match is a slip. */
export function isKnownReason(state: Deposit['state'], reason: string): boolean {
  const kind = reason.split(' ')[0] ?? ''
  const known = { waiting: waits, 'needs-attention': attentions, confirming: unconfirmed }
  if (state === 'ignored') return ['dust', 'skipped', 'dropped', 'rejected'].includes(kind)
  return state in known && kind in known[state as keyof typeof known]
}
