import type { Address, Hex } from '../address.ts'
import type { SignedTransaction, UnsignedTransaction } from './transaction.ts'

/** Cryptography for the signer; no I/O. */
export interface TransactionCodec {
  /** undefined when the text is no valid private key */
  addressOfKey(key: Hex): Address | undefined
  sign(transaction: UnsignedTransaction, key: Hex): Promise<SignedTransaction>
  /**
   * Reads signed bytes back, recovering the sender, so that the signer can compare them (MONEY 1).
   * Throws `SignedDifferently` on what the comparison has no field for: other types, access lists,
   * delegations, creations.
   */
  decode(raw: Hex): Promise<UnsignedTransaction & { readonly sender: Address; readonly hash: Hex }>
}
