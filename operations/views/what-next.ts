import type { Deposit } from '../../domain/deposits/deposit.ts'
import { isRejected } from '../../domain/deposits/doubt.ts'

/** Advice for operators about a deposit in a given state. */
export interface Next {
  /** The next step that coldsweep takes by itself, or the operator's task. */
  readonly next: string
  /** Whether the operator continues with `coldsweep retry` after fixing the cause. */
  readonly retry: boolean
}

const continues = (next: string): Next => ({ next, retry: false })
const fixAndRetry = (next: string): Next => ({ next, retry: true })

/**
 * Advice for `waiting` deposits, keyed by the first word of the reason. docs/runbook.md explains
 * each reason.
 */
const waits: Readonly<Record<string, Next>> = {
  queued: continues(
    'RabbitMQ hands it to its workflow; if it stays queued, check relay, RabbitMQ, intake and Temporal',
  ),
  'joint-sweep': continues(
    'leaves with the sweep that other deposits of its wallet and asset start, and has no workflow of its own; if that sweep does not take it, it gets one some minutes later',
  ),
  'keeper-low': continues(
    'continues by itself, oldest first, when the gas keeper is refilled: see "coldsweep keeper"',
  ),
  'lane-full': continues('continues by itself when a keeper transaction is mined'),
  'gas-price': fixAndRetry(
    'continues by itself when gas costs less than the ceiling (gas.maxFeeGwei) and the caps (gas.maxPerSweep, and gas.maxFeeShare of a native sweep), or nodes ask no higher tip than gas.maxPriorityFeeGwei',
  ),
  budget: continues(
    'a budget of gas money is used up: the detail names it, what was spent and when it continues; raise the budget in coldsweep.yaml and restart the worker to continue at once',
  ),
  uneconomic: continues(
    'the gas of the sweep costs more of its value than maxGasShare allows: continues by itself when gas is cheaper or the wallet holds more; raise maxGasShare or correct price in coldsweep.yaml and restart the worker to sweep it sooner',
  ),
  'gas-limit': continues(
    'nodes ask more gas than is signed or recorded: run "coldsweep config check" to measure and record the gas of a plain transfer; then it continues by itself',
  ),
  'send-refused': continues(
    'no node accepts the signed transaction, for the reason in the detail; the transaction is broadcast again at least every 30 seconds until a node accepts it',
  ),
  'balance-unclear': continues(
    'the node shows a smaller wallet balance than the deposit: the balance is read again at a later block, then the deposit continues or becomes funds-gone',
  ),
  'rpc-quorum': continues('continues by itself when enough nodes answer'),
  'scanner-behind': continues('continues by itself when the scanner has read the newest blocks'),
  'tokens-first': continues(
    'the wallet’s tokens are swept before its native coin; continues after them',
  ),
  'wallet-lane': continues('another asset of the wallet is being swept; continues after that'),
  sweep: continues(
    'another deposit’s workflow drives the sweep that covers this deposit; if that workflow stops, this deposit’s workflow takes over',
  ),
  'held-by': continues(
    'another deposit of the wallet and asset is held; continues when that deposit is approved, resumed or skipped',
  ),
  'step-failed': continues(
    'a step keeps failing with the error in the detail: fix its cause; the step is retried at least every minute, and other assets of the wallet continue',
  ),
  approval: continues(
    'the amount needs an approval, or the asset was not listed when the deposit was confirmed: "coldsweep approve" sweeps the deposit, "coldsweep skip" leaves it in the wallet',
  ),
  paused: continues('an operator paused the deposit: "coldsweep resume" ends the pause'),
  'asset-paused': continues(
    'its asset is paused, by an operator or because its sweeps failed: "coldsweep resume --asset" ends the pause; after failures one sweep is tried from time to time, and ends the pause when it succeeds',
  ),
  'chain-paused': continues(
    'an operator paused the chain: "coldsweep resume --chain" ends the pause',
  ),
  'cold-wallet-changed': continues(
    'the cold wallet was changed and this worker has the old address: fix its coldsweep.yaml and restart it',
  ),
  'keeper-retired': continues(
    'another gas keeper was registered and this worker has the former keeper: fix its coldsweep.yaml and restart it',
  ),
}

/** Advice for `needs-attention` deposits, keyed by the first word of the reason. */
const attentions: Readonly<Record<string, Next>> = {
  'token-refused': fixAndRetry(
    'the token contract rejects the transfer (paused, wallet or cold wallet blocked): ask its issuer, then retry',
  ),
  'funds-gone': fixAndRetry(
    'the wallet is empty and no sweep of coldsweep explains it: first find out who moved the balance',
  ),
  'key-missing': fixAndRetry('userwallet has no row for the wallet: add it, then retry'),
  'key-mismatch': fixAndRetry(
    'the key in userwallet does not belong to the wallet: fix the row, then retry',
  ),
  'lane-behind': fixAndRetry(
    'the chain has transactions of this sender that no row explains (is the database an older copy? does somebody else have the key?): send nothing by hand, run "coldsweep recover"',
  ),
  displaced: fixAndRetry(
    'an external transaction used the nonce: find who else holds the key, then retry',
  ),
  'rounds-exhausted': fixAndRetry(
    'the sweep used all allowed rounds or gas: see its transactions for the cause, raise limits or gas.maxPerSweep, restart the worker, then retry',
  ),
  'gas-limit': fixAndRetry(
    'the transfer needs more gas than the named cap allows: if the token is sound, raise its maxGas (or gas.maxGas) in coldsweep.yaml, restart the worker, then retry',
  ),
  'delegated-elsewhere': fixAndRetry(
    'the wallet has code, so somebody with its key signed a delegation: find out who, take the delegation away or pay gas into the wallet by hand, then retry',
  ),
  reverted: fixAndRetry(
    'the sweep’s transaction reverted in every round: fix the cause, raise limits.sweepRounds, restart the worker, then retry',
  ),
  'unlisted-asset': fixAndRetry(
    'coldsweep.yaml no longer lists the asset: list it and restart, approve its held deposits, then retry',
  ),
  'rpc-disagreement': fixAndRetry(
    'nodes gave two answers to one request, so one node is wrong: remove that node from rpc, restart scanner and worker, then retry',
  ),
  'waited-too-long': fixAndRetry(
    'the deposit waited longer than timers.attentionAfterSeconds for the named cause: fix that cause, then retry',
  ),
  'activity-failed': fixAndRetry(
    'a step failed with an error that retries do not fix: see the detail and the worker’s log, then retry',
  ),
}

const states: Readonly<Record<Exclude<Deposit['state'], 'waiting' | 'needs-attention'>, Next>> = {
  detected: continues('the scanner waits until its block is final'),
  confirming: continues('the scanner waits until its block is final'),
  funding: continues(
    'the keeper’s gas transaction is being sent; the lane loop broadcasts it until it is mined',
  ),
  sweeping: continues('the sweep’s transaction is being signed or waits to be mined'),
  'confirming-sweep': continues(
    'the sweep’s transaction is signed: the lane loop broadcasts it until it is mined, then the deposit waits for finality',
  ),
  done: continues('nothing: the sweep has arrived in the cold wallet'),
  ignored: continues('nothing; a later sweep of the same wallet and asset includes the amount'),
  orphaned: continues('nothing, unless the chain includes the deposit’s transaction again'),
}

/**
 * Advice for `confirming` deposits, keyed by the first word of the reason. Their blocks are final,
 * but the scanner does not confirm them yet (MONEY 20, 24).
 */
const unconfirmed: Readonly<Record<string, Next>> = {
  'rpc-quorum': continues(
    'continues by itself when enough nodes answer about the deposit’s transaction',
  ),
  'rpc-disagreement': continues(
    'nodes differ about the deposit’s transaction, so one node is wrong: remove that node from rpc, restart the scanner, "coldsweep rescan" the deposit’s block; then the deposit continues by itself',
  ),
  'content-differs': continues(
    'a later read of the deposit’s block showed other transfers than the first read: check the transaction in a block explorer, then "coldsweep approve" credits it, "coldsweep skip" rejects it',
  ),
  unbacked: continues(
    'the token logged the transfer, but the wallet’s balance does not show it: check both in a block explorer, then "coldsweep approve" credits it, "coldsweep skip" rejects it',
  ),
}

const replaced = continues(
  'nothing; deposits that were found later explain the whole opening balance and are swept themselves',
)

const rejected = continues(
  'nothing; an operator rejected the deposit, so it is never credited or covered. A reorg that includes it in another block ends the rejection',
)

/** Returns the advice for a deposit's state and reason. An unknown reason gets general advice. */
export function whatNext({ state, reason }: Pick<Deposit, 'state' | 'reason'>): Next {
  const kind = reason.split(' ')[0] ?? ''
  if (state === 'confirming') return unconfirmed[kind] ?? states.confirming
  if (state === 'waiting') return waits[kind] ?? continues('the deposit is checked again by itself')
  if (state === 'needs-attention') {
    return attentions[kind] ?? fixAndRetry('needs an operator; then retry')
  }
  if (state === 'orphaned' && reason === 'replaced') return replaced
  return isRejected({ state, reason }) ? rejected : states[state]
}

/**
 * Returns whether a deposit can ever have this state with this reason. The CLI rejects a filter
 * that cannot match as a usage error.
 */
export function isKnownReason(state: Deposit['state'], reason: string): boolean {
  const kind = reason.split(' ')[0] ?? ''
  const known = { waiting: waits, 'needs-attention': attentions, confirming: unconfirmed }
  if (state === 'ignored') return ['dust', 'skipped', 'dropped', 'rejected'].includes(kind)
  if (state === 'orphaned') return kind === 'replaced'
  return state in known && kind in known[state as keyof typeof known]
}
