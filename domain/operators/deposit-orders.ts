/** Operator and reason; the commit that follows the order records both. */
export interface SignedOrder {
  readonly operator: string
  readonly reason: string
}

export interface DepositOrder extends SignedOrder {
  /**
   * Identity of the order: an order that is already recorded is a `repeat`. @default a new order
   * each time
   */
  readonly id?: string | undefined
  /** The workflow run that follows the order; its own second try is `already`. */
  readonly runId?: string | undefined
}

export type OrderAnswer =
  /** Followed now, and recorded. `state` is the new one, with its reason. */
  | { readonly kind: 'done'; readonly state: string }
  /** The state was so already: nothing was changed or recorded. */
  | { readonly kind: 'already'; readonly state: string }
  /** Another run recorded this very order, whatever has changed since: nothing was done. */
  | { readonly kind: 'repeat'; readonly state: string }
  /** Breaks a rule of money: nothing was changed. `why` is a sentence for people. */
  | { readonly kind: 'refused'; readonly state: string; readonly why: string }

/**
 * Operators' orders about one deposit (MONEY 16, 17). Each is one commit over its row, with or
 * without a live run; a woken run reads the row. A repeat is `already`. Throws BadInput where there
 * is no such deposit.
 */
export interface DepositOrders {
  /**
   * The deposit becomes `ignored(skipped by <operator>)` and is coverable like dust; other deposits
   * of its wallet and asset continue. While its doubt is open (domain/deposits/doubt.ts) it becomes
   * `ignored(rejected by <operator>)` instead: never credited or covered. Refused otherwise before
   * it is confirmed, and from the signature of its wallet's sweep until the outcome is known.
   */
  skip(depositId: string, order: DepositOrder): Promise<OrderAnswer>
  /**
   * Overrules an open doubt: the scanner credits the deposit. Otherwise lifts every hold; refused
   * where there was none.
   */
  approve(depositId: string, order: DepositOrder): Promise<OrderAnswer>
  /** Holds the deposit. Refused from the signature on, as skip, and where it is finished. */
  pause(depositId: string, order: SignedOrder): Promise<OrderAnswer>
  /** Lifts the hold of `pause`; a deposit that needs approval stays held. */
  resume(depositId: string, order: SignedOrder): Promise<OrderAnswer>
}

export type DepositOrderName = keyof DepositOrders
