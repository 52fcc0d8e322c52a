import type { Hash } from '../address.ts'

/**
 * The cached half of the gas signal: `gas-tx:<chainId>:<hash>` in Redis, with a TTL. Only a hint:
 * it may be gone or late, never a proof.
 */
export interface GasSignals {
  /** Stores it; throws when Redis is away, and the caller goes on. */
  put(
    chainId: number,
    hash: Hash,
    value: { readonly blockNumber: bigint; readonly blockHash: Hash },
  ): Promise<void>
  /** false also when Redis is away: the receipt decides. */
  has(chainId: number, hash: Hash): Promise<boolean>
}
