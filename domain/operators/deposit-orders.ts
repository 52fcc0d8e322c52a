/**
 * The operator who gave an order, and the reason. The commit that carries out the order records
 * both.
 */
export interface SignedOrder {
  readonly operator: string
  readonly reason: string
}

export interface DepositOrder extends SignedOrder {
  /**
   * Identity of the order. If another run has recorded an order with the same id and the same
   * words, the answer is `repeat`. @default every order is new
   */
  readonly id?: string | undefined
  /**
   * Workflow run that carries out the order. If the same run repeats an order with an `id`, the
   * answer is `already`.
   */
  readonly runId?: string | undefined
}

export type OrderAnswer =
  /** The order is now carried out and recorded. `state` is the new state, with its reason. */
  | { readonly kind: 'done'; readonly state: string }
  /**
   * The deposit already was in the ordered state, or the same run has already carried out the
   * order. Nothing was changed or recorded.
   */
  | { readonly kind: 'already'; readonly state: string }
  /** Another run has already carried out this order. Nothing was changed or recorded. */
  | { readonly kind: 'repeat'; readonly state: string }
  /** The order is not allowed now. Nothing was changed. `why` is a sentence for the operator. */
  | { readonly kind: 'refused'; readonly state: string; readonly why: string }

/**
 * Operators' orders about one deposit (MONEY 16, 17). Each order is one commit and needs no running
 * workflow; a run that is woken reads the row again. A repeated order changes nothing and returns
 * `already` or `repeat`. Throws `BadInput` if the deposit does not exist.
 */
export interface DepositOrders {
  /**
   * Skips the deposit: it becomes `ignored(skipped by <operator>)`. A later sweep may cover it like
   * dust, and other deposits of its wallet and asset continue. If a doubt about the deposit is open
   * (domain/deposits/doubt.ts), it becomes `ignored(rejected by <operator>)` instead, and is never
   * credited or covered. Refused for a deposit without an open doubt in two cases: before it is
   * confirmed, and from the signature of its sweep until the outcome is known.
   */
  skip(depositId: string, order: DepositOrder): Promise<OrderAnswer>
  /**
   * Overrules an open doubt, so that the scanner credits the deposit. Without a doubt, lifts the
   * hold of a deposit that needs approval. Refused where nothing holds the deposit, and while the
   * deposit is paused.
   */
  approve(depositId: string, order: DepositOrder): Promise<OrderAnswer>
  /** Holds the deposit. Refused once its sweep is signed, and when the deposit is finished. */
  pause(depositId: string, order: SignedOrder): Promise<OrderAnswer>
  /** Lifts the hold of `pause`. A deposit that also needs approval stays held. */
  resume(depositId: string, order: SignedOrder): Promise<OrderAnswer>
}

export type DepositOrderName = keyof DepositOrders
