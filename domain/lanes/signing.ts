import type { Address, Hex } from '../address.ts'
import type { SignedTransaction, UnsignedTransaction } from './transaction.ts'

/**
 * Keys for the signer, one at a time, at the moment of signing. Nothing else may import an
 * implementation.
 */
export interface KeySource {
  /**
   * Candidate keys of an address, as 0x-prefixed hex of 32 bytes. The central table may hold
   * several rows of one address; the signer uses the first key that fits. Empty when there is none.
   * Rows that hold no valid key are left out.
   * @param spelling `usual`: rows in lower case or EIP-55, served by an index; `any`: rows in any
   * case, with spaces around the address too, which may read the whole table
   */
  candidates(address: Address, spelling: 'usual' | 'any'): Promise<readonly `0x${string}`[]>
}

/** Cryptography for the signer; no I/O. */
export interface TransactionCodec {
  /** undefined when the text is no valid private key. */
  addressOfKey(key: Hex): Address | undefined
  sign(transaction: UnsignedTransaction, key: Hex): Promise<SignedTransaction>
  /**
   * Decodes signed bytes and recovers the sender, so that the signer can compare them (MONEY 1).
   * Throws `SignedDifferently` on data without a field here: other types, access lists,
   * delegations, creations.
   */
  decode(raw: Hex): Promise<UnsignedTransaction & { readonly sender: Address; readonly hash: Hex }>
}
