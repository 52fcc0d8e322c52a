import type { Address, Hash, Hex } from '../address.ts'
import type { SignedFees } from '../chains/fees.ts'
import type { SendRefusal } from './send-refusal.ts'

export type Step = 'gas' | 'sweep'

/** How a transaction ends, at depth (MONEY 3). */
export type TransactionEnd = 'succeeded' | 'reverted' | 'cancelled' | 'displaced'

/**
 * What takes a nonce. The destination of a sweep is not here: the signer knows its cold wallet
 * itself (MONEY 18).
 */
export type PaymentIntent =
  | {
      readonly kind: 'fund-gas'
      readonly chainId: number
      readonly wallet: Address
      readonly valueWei: bigint
    }
  | {
      readonly kind: 'sweep-native'
      readonly chainId: number
      readonly wallet: Address
      readonly valueWei: bigint
    }
  | {
      readonly kind: 'sweep-token'
      readonly chainId: number
      readonly wallet: Address
      readonly token: Address
      readonly amount: bigint
    }

/**
 * Uses a nonce up by a payment of nothing to the sender itself, the keeper or a user wallet (MONEY
 * 3).
 */
export interface CancelIntent {
  readonly kind: 'cancel'
  readonly chainId: number
  readonly wallet: Address
}

/** What may be signed; a cancel only in the place of what has its nonce already. */
export type Intent = PaymentIntent | CancelIntent

/** A transaction in full, before its signature. */
export interface UnsignedTransaction {
  readonly chainId: number
  readonly feeMode: 'eip1559' | 'legacy'
  readonly nonce: bigint
  readonly to: Address
  readonly valueWei: bigint
  readonly data: Hex
  readonly fees: SignedFees
}

export interface SignedTransaction {
  readonly hash: Hash
  readonly raw: Hex
}

export interface Mined {
  readonly hash: Hash
  readonly blockNumber: bigint
  readonly blockHash: Hash
  readonly txIndex: number
  readonly ok: boolean
  readonly gasUsed: bigint
  readonly gasPriceWei: bigint
  readonly l1FeeWei: bigint
}

export interface Attempt {
  readonly hash: Hash
  readonly kind: 'send' | 'cancel'
  readonly number: number
  readonly raw: Hex
  /** A native sweep's bump lowers it (MONEY 9); a cancel's is 0. */
  readonly valueWei: bigint
  /**
   * Head when it was signed, or when a reorg last took it out of its block; null on rows from
   * before bumps were known.
   */
  readonly signedBlock: bigint | null
  readonly maxFeeWei: bigint
  readonly maxPriorityFeeWei: bigint
  /**
   * The transaction's, or more where nodes asked for more than the first was signed with (MONEY 8).
   */
  readonly gasLimit: bigint
  readonly lastSentAt: Date | null
  /**
   * Sends since a node was last seen to hold it (pending or mined). An answer with a hash proves
   * nothing.
   */
  readonly unheld: number
  /** The nodes' words at its last send, secrets removed; null where they answered with a hash. */
  readonly lastError: string | null
}

/** The row: one intent with one nonce. */
export interface Transaction {
  readonly key: string
  readonly sweepId: string
  readonly step: Step
  readonly round: number
  readonly chainId: number
  readonly sender: Address
  readonly nonce: bigint
  readonly to: Address
  /** As first signed. What a mined one moved is `movedWei`. */
  readonly valueWei: bigint
  readonly data: Hex
  readonly gasLimit: bigint
  readonly feeCapWei: bigint
  readonly l1FeeWei: bigint
  /** Why its nonce is to be used up by a cancel; null where nobody asked for that. */
  readonly cancelReason: string | null
  readonly state: 'live' | TransactionEnd
  /** Why nodes do not take its newest attempt, for its deposits' rows; null while they do. */
  readonly refusal: SendRefusal | null
  readonly mined: Mined | null
  readonly attempts: readonly Attempt[]
}

/**
 * MONEY 2: the key of an intent. Nothing of a workflow's (run id, counter) may enter it: a reset
 * must not pay twice.
 */
export function transactionKey(sweepId: string, step: Step, round: number): string {
  return `${sweepId}:${step}:${round}`
}

/**
 * What the mined attempt moved: a bump or a cancel of it may have moved less than was signed first.
 */
export function movedWei({ valueWei, mined, attempts }: Transaction): bigint {
  return attempts.find((attempt) => attempt.hash === mined?.hash)?.valueWei ?? valueWei
}
