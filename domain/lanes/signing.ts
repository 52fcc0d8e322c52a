import type { Address, Hex } from '../address.ts'
import type { SignedTransaction, UnsignedTransaction } from './transaction.ts'

/**
 * Gives the signer the keys of one address at the moment of signing. Only the check whether an
 * operator’s wallet key fits (adapters/central/wallet-table.ts) reads keys too.
 */
export interface KeySource {
  /**
   * Returns candidate keys of an address, as 32 bytes of 0x-prefixed hex. The central table may
   * have several rows of one address; the signer uses the first key that belongs to the address.
   * Rows without a valid key are left out.
   * @param spelling `usual` finds addresses in lower case or EIP-55, by an index. `any` also finds
   * the address in any mix of upper and lower case and with spaces around it, and may read the
   * whole table
   */
  candidates(address: Address, spelling: 'usual' | 'any'): Promise<readonly `0x${string}`[]>
}

/** Cryptography for the signer, without I/O. */
export interface TransactionCodec {
  /** Returns the address that belongs to a private key; undefined when the key is invalid. */
  addressOfKey(key: Hex): Address | undefined
  sign(transaction: UnsignedTransaction, key: Hex): Promise<SignedTransaction>
  /**
   * Decodes signed bytes and recovers the sender, so that the signer can compare them with the
   * request (MONEY 1). Throws `SignedDifferently` on bytes that the result type cannot represent:
   * other transaction types, access lists, delegations, contract creations.
   */
  decode(raw: Hex): Promise<UnsignedTransaction & { readonly sender: Address; readonly hash: Hex }>
}
