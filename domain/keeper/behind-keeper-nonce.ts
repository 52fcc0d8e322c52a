import type { Transaction } from '../lanes/transaction.ts'

/**
 * Detail of a deposit for which no gas is signed while nodes refuse a lower nonce of the
 * GAS_KEEPER.
 */
export function behindKeeperNonce(
  { nonce, key }: Pick<Transaction, 'nonce' | 'key'>,
  why: string,
): string {
  return `waits behind nonce ${nonce} of the GAS_KEEPER (${key}): ${why}`
}

/**
 * SQL `like` pattern of these details: their reason is the refusal's, which other waits have too.
 */
export const behindKeeperNonceLike = 'waits behind nonce % of the GAS\\_KEEPER (%'
