import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts'
import { type Address, type Hex, toAddress } from '../../../domain/address.ts'

export interface Account {
  readonly address: Address
  readonly key: Hex
}

/** A new key and its address in lower case, as rows store it. */
export function anAccount(): Account {
  const key = generatePrivateKey()
  return { key, address: toAddress(privateKeyToAccount(key).address) }
}
