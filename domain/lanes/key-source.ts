import type { Address } from '../address.ts'

/**
 * Where the signer gets a key, one at a time, when it signs. Nothing else may import an
 * implementation.
 */
export interface KeySource {
  /**
   * Candidates for an address, as hex of 32 bytes with 0x: the central table may hold several rows
   * of one address, and the first whose key fits is used. Empty when there is none. Rows that are
   * no key at all are left out.
   * @param spelling `usual`: rows that spell it in lower case or by EIP-55, which an index serves;
   * `any`: rows in any case, with spaces around it too, for which the whole table may be read
   */
  candidates(address: Address, spelling: 'usual' | 'any'): Promise<readonly `0x${string}`[]>
}
