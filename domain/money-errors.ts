/**
 * Errors of the code that moves money. The class names must not change: Temporal records them as
 * failure types, and workflows/contract.ts lists the types that Temporal does not retry.
 */

/** The step has to wait for a block, for a receipt, or for a node that lags. Retryable. */
export class NotYet extends Error {
  override name = 'NotYet'
}

/** The signer rejected an intent that breaks the policy (MONEY 18). Not retryable. */
export class PolicyRefused extends Error {
  override name = 'PolicyRefused'
}

/** An input (a message, an order, an argument of an activity) is invalid. Not retryable. */
export class BadInput extends Error {
  override name = 'BadInput'
}

/**
 * This process does not serve the chain. Another process may serve it while a new configuration is
 * rolled out.
 */
export class ChainNotServed extends Error {
  override name = 'ChainNotServed'
}

/** No row of the central database holds a key for the address. */
export class KeyMissing extends Error {
  override name = 'KeyMissing'
}

/**
 * Rows of the central database name the address, but none of their keys belongs to the address
 * (MONEY 14).
 */
export class KeyMismatch extends Error {
  override name = 'KeyMismatch'
}

/**
 * The decoded signed bytes differ from the requested transaction, because of a bug or an attack.
 * Such bytes are never broadcast (MONEY 1).
 */
export class SignedDifferently extends Error {
  override name = 'SignedDifferently'
}

/** Timed out waiting for the lane lock. Retryable. */
export class LaneBusy extends Error {
  override name = 'LaneBusy'
}

/** One try of a Temporal activity exceeded its time limit. It counts as a failed try. Retryable. */
export class StepTooSlow extends Error {
  override name = 'StepTooSlow'
}
