import type { Address, Hash, Hex } from '../address.ts'
import type { SignedFees } from '../chains/fees.ts'
import type { SendRefusal } from './send-refusal.ts'

/**
 * The step for which a transaction is signed: funding of gas, the sweep itself, or the drain of a
 * retired keeper.
 */
export type Step = 'gas' | 'sweep' | 'drain'

/**
 * Receiver of a retired keeper's rest. The signer takes its address from its own configuration
 * (MONEY 18).
 */
export type DrainDestination = 'keeper' | 'cold-wallet'

/** How a final transaction ended (MONEY 3). */
export type TransactionEnd = 'succeeded' | 'reverted' | 'cancelled' | 'displaced'

/**
 * An intent that takes a new nonce. An intent to sweep does not contain the destination, because
 * the signer takes the cold wallet from its own configuration (MONEY 18).
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
  /** Sends the rest of a retired keeper, `wallet`. Signed with the retired keeper's key. */
  | {
      readonly kind: 'drain-keeper'
      readonly chainId: number
      readonly wallet: Address
      readonly to: DrainDestination
      readonly valueWei: bigint
    }

/**
 * An intent that only uses up a nonce, by a payment of 0 from `wallet` to itself (MONEY 3).
 * `wallet` is the keeper or a user wallet.
 */
export interface CancelIntent {
  readonly kind: 'cancel'
  readonly chainId: number
  readonly wallet: Address
}

/**
 * All intents that the signer accepts. A cancel only replaces an unmined transaction on the same
 * nonce.
 */
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

/** Block and receipt of the attempt that is mined. */
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

/** Returns the fee of a mined attempt, in wei. */
export const feeOf = (mined: Mined): bigint => mined.gasUsed * mined.gasPriceWei + mined.l1FeeWei

/** One signed version of a transaction. A bump or a cancel adds an attempt on the same nonce. */
export interface Attempt {
  readonly hash: Hash
  readonly kind: 'send' | 'cancel'
  readonly number: number
  readonly raw: Hex
  /** A bump of a native sweep has a lower value (MONEY 9), a cancel the value 0. */
  readonly valueWei: bigint
  /**
   * Height of the head at the signature, or at the last reorg that removed the attempt from its
   * block. null in rows that a version without bumps wrote.
   */
  readonly signedBlock: bigint | null
  readonly maxFeeWei: bigint
  readonly maxPriorityFeeWei: bigint
  /**
   * Gas limit of this attempt. It is higher than the transaction's gas limit where nodes required
   * more (MONEY 8).
   */
  readonly gasLimit: bigint
  readonly lastSentAt: Date | null
  /**
   * Number of sends since a lookup last found the attempt (pending or mined). A response with a
   * hash does not prove that a node holds the attempt.
   */
  readonly unheld: number
  /** The nodes' error text at the last send, without secrets; null where they returned a hash. */
  readonly lastError: string | null
}

/** The row of a transaction: one intent, its nonce, and its attempts, oldest first. */
export interface Transaction {
  readonly key: string
  readonly sweepId: string
  readonly step: Step
  readonly round: number
  readonly chainId: number
  readonly sender: Address
  readonly nonce: bigint
  readonly to: Address
  /** Value of the first attempt. `movedWei` returns the value of the mined attempt. */
  readonly valueWei: bigint
  readonly data: Hex
  readonly gasLimit: bigint
  readonly feeCapWei: bigint
  readonly l1FeeWei: bigint
  /**
   * Most that an attempt may cost, in wei: gas limit × fee, plus the L1 fee with its margin. Set by
   * an order to sweep dust (MONEY 15); null without one. A cancel may cost more.
   */
  readonly costLimitWei: bigint | null
  /** Why an operator requested a cancel; null without a request. */
  readonly cancelReason: string | null
  readonly state: 'live' | TransactionEnd
  /**
   * Why nodes reject the newest attempt, as the rows of its deposits show it; null while nodes
   * accept it.
   */
  readonly refusal: SendRefusal | null
  readonly mined: Mined | null
  readonly attempts: readonly Attempt[]
}

/**
 * MONEY 2: returns the key of an intent. The key contains no data of a workflow, such as a run id
 * or a counter, so that a reset of the workflow does not pay twice.
 */
export function transactionKey(sweepId: string, step: Step, round: number): string {
  return `${sweepId}:${step}:${round}`
}

/**
 * Returns the value of the mined attempt, in wei. It is lower than the value of the first attempt
 * if a bump of a native sweep, or a cancel, was mined.
 */
export function movedWei({ valueWei, mined, attempts }: Transaction): bigint {
  return attempts.find((attempt) => attempt.hash === mined?.hash)?.valueWei ?? valueWei
}

/** Returns the fee of a mined transaction, or the most that its newest attempt costs, in wei. */
export function mostFeeWei({ mined, attempts, l1FeeWei }: Transaction): bigint {
  if (mined) return feeOf(mined)
  const newest = attempts.at(-1)
  return newest ? newest.gasLimit * newest.maxFeeWei + l1FeeWei : 0n
}
