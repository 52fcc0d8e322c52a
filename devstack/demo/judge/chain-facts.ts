import type { Address, Hex } from 'viem'

/** A token transfer, read from its log. */
export interface Move {
  token: Address
  from: Address
  to: Address
  amount: bigint
}

export interface MinedTransaction {
  hash: Hex
  from: Address
  /** Null if the transaction creates a contract. */
  to: Address | null
  valueWei: bigint
  /** Fee that the sender paid, even if the transaction reverted. */
  feeWei: bigint
  ok: boolean
  moves: Move[]
}

/**
 * Facts read from the chain alone: all transactions in order, and the balances at the head.
 * Addresses are lower-case.
 */
export interface ChainFacts {
  height: bigint
  transactions: MinedTransaction[]
  /** Balances in the smallest unit, by `balanceKey`. */
  balances: ReadonlyMap<string, bigint>
}

/**
 * Returns the key of a holder's balance in `ChainFacts.balances`.
 * @param token undefined for the native coin
 */
export function balanceKey(holder: Address, token: Address | undefined): string {
  return `${holder} ${token ?? 'native'}`
}

export function balanceOf(facts: ChainFacts, holder: Address, token: Address | undefined): bigint {
  const found = facts.balances.get(balanceKey(holder, token))
  if (found === undefined) throw new Error(`no balance was read for ${balanceKey(holder, token)}`)
  return found
}
