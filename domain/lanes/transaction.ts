import type { Address, Hash, Hex } from '../address.ts'
import type { SignedFees } from '../chains/fees.ts'
import type { SendRefusal } from './send-refusal.ts'

export type Step = 'gas' | 'sweep'

/** How a transaction ends once final (MONEY 3). */
export type TransactionEnd = 'succeeded' | 'reverted' | 'cancelled' | 'displaced'

/**
 * An intent that takes a nonce. The destination of a sweep is not part of it: the signer knows its
 * cold wallet itself (MONEY 18).
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
 * Uses up a nonce with a payment of 0 from the sender to itself, the keeper or a user wallet (MONEY
 * 3).
 */
export interface CancelIntent {
  readonly kind: 'cancel'
  readonly chainId: number
  readonly wallet: Address
}

/** Signable intents. A cancel only replaces a transaction that has the nonce already. */
export type Intent = PaymentIntent | CancelIntent

/** A complete transaction before its signature. */
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
  /** A bump of a native sweep lowers it (MONEY 9); 0 for a cancel. */
  readonly valueWei: bigint
  /**
   * Head at the signature, or when a reorg last removed it from its block; null on rows from before
   * bumps existed.
   */
  readonly signedBlock: bigint | null
  readonly maxFeeWei: bigint
  readonly maxPriorityFeeWei: bigint
  /** The transaction's, or more where nodes required more than the first attempt had (MONEY 8). */
  readonly gasLimit: bigint
  readonly lastSentAt: Date | null
  /**
   * Sends since a node was last seen to hold it (pending or mined). A response with a hash proves
   * nothing.
   */
  readonly unheld: number
  /** The nodes' text at its last send, without secrets; null where they answered with a hash. */
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
  /** As first signed. `movedWei` is the value of the mined attempt. */
  readonly valueWei: bigint
  readonly data: Hex
  readonly gasLimit: bigint
  readonly feeCapWei: bigint
  readonly l1FeeWei: bigint
  /** Why a cancel was requested; null without a request. */
  readonly cancelReason: string | null
  readonly state: 'live' | TransactionEnd
  /** Why nodes reject its newest attempt, for its deposits' rows; null while they accept it. */
  readonly refusal: SendRefusal | null
  readonly mined: Mined | null
  readonly attempts: readonly Attempt[]
}

/**
 * MONEY 2: the key of an intent. It contains nothing of a workflow (run id, counter): a reset must
 * not pay twice.
 */
export function transactionKey(sweepId: string, step: Step, round: number): string {
  return `${sweepId}:${step}:${round}`
}

/**
 * Value of the mined attempt. A bump or a cancel may have moved less than the first attempt
 * offered.
 */
export function movedWei({ valueWei, mined, attempts }: Transaction): bigint {
  return attempts.find((attempt) => attempt.hash === mined?.hash)?.valueWei ?? valueWei
}
