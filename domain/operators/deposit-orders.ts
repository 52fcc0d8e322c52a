/** Who orders it, and why: both are written down in the commit that follows the order. */
export interface SignedOrder {
  readonly operator: string
  readonly reason: string
}

export interface DepositOrder extends SignedOrder {
  /** Which order it is: one that is written down is a `repeat`. @default always another one */
  readonly id?: string | undefined
  /** The workflow's run that follows it; its own second try is `already`. */
  readonly runId?: string | undefined
}

export type OrderAnswer =
  /** Followed now, and written down. `state` is the new one, with its reason. */
  | { readonly kind: 'done'; readonly state: string }
  /** It was so already: nothing was changed or written down. */
  | { readonly kind: 'already'; readonly state: string }
  /**
   * This very order was written down by another run, whatever has changed since: nothing was done.
   */
  | { readonly kind: 'repeat'; readonly state: string }
  /** Against the rules of money: nothing was changed. `why` is a sentence for people. */
  | { readonly kind: 'refused'; readonly state: string; readonly why: string }

/**
 * Operators' orders about one deposit (MONEY 16, 17). Each is one commit over its row, whether a
 * run of it is alive or not; a run that is woken reads the row. A repeat is `already`. Throws
 * BadInput where there is no such deposit.
 */
export interface DepositOrders {
  /**
   * It becomes `ignored(skipped by <operator>)` and is coverable like dust; other deposits of its
   * wallet and asset go on. While its doubt is open (domain/deposits/doubt.ts) it becomes
   * `ignored(rejected by <operator>)` instead: never credited or covered. Otherwise refused before
   * it is confirmed, and from the signature of its wallet's sweep until the outcome is known.
   */
  skip(depositId: string, order: DepositOrder): Promise<OrderAnswer>
  /**
   * Overrules an open doubt: the scanner credits it. Otherwise releases whatever holds it; refused
   * where nothing ever did.
   */
  approve(depositId: string, order: DepositOrder): Promise<OrderAnswer>
  /** Holds it by hand. Refused from the signature on, as skip, and where it is finished. */
  pause(depositId: string, order: SignedOrder): Promise<OrderAnswer>
  /** Releases what `pause` holds; what waits for approval stays held. */
  resume(depositId: string, order: SignedOrder): Promise<OrderAnswer>
}

export type DepositOrderName = keyof DepositOrders
