/**
 * Errors of the code that moves money. The class name is the API: Temporal records it as the
 * failure's type, and workflows/contract.ts lists which are not to be tried again.
 */
export class NotYet extends Error {
  override name = 'NotYet'
}

/** The signer's refusal (MONEY 18): the intent breaks policy, and would break it again. */
export class PolicyRefused extends Error {
  override name = 'PolicyRefused'
}

/** What came in can't be worked with, however often it is tried. */
export class BadInput extends Error {
  override name = 'BadInput'
}

/** This process does not serve the chain; another may, while a new configuration is rolled out. */
export class ChainNotServed extends Error {
  override name = 'ChainNotServed'
}

/** No row of the central database holds a key for the address. */
export class KeyMissing extends Error {
  override name = 'KeyMissing'
}

/**
 * Rows of the central database name the address, but none of their keys belongs to it (MONEY 14).
 */
export class KeyMismatch extends Error {
  override name = 'KeyMismatch'
}

/**
 * Signed bytes read back differ from what was asked for: a bug or an attack, never sent (MONEY 1).
 */
export class SignedDifferently extends Error {
  override name = 'SignedDifferently'
}

/** The lane's lock was not had in time; trying again is right. */
export class LaneBusy extends Error {
  override name = 'LaneBusy'
}

/** An activity's attempt took longer than one may: counted as its failure. Retryable. */
export class StepTooSlow extends Error {
  override name = 'StepTooSlow'
}
