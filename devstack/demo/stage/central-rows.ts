import { generatePrivateKey } from 'viem/accounts'
import type { Person } from '../script/cast.ts'

/** A row of the exchange's own table `userwallet`. */
export interface CentralRow {
  address: string
  private_key: string
  currency: string
}

const CURRENCIES = ['ETH', 'USDT', '']

/**
 * Rows as an old table has them: addresses in EIP-55, lower or upper case, keys with and without
 * 0x, a currency that says nothing. Every fourth wallet also has a row with a key that is not its
 * own, first.
 */
export function centralRows(wallets: readonly Person[]): CentralRow[] {
  return wallets.flatMap((person, index) => {
    const row = {
      address: inCase(person.address, index),
      private_key: index % 2 === 0 ? person.privateKey : person.privateKey.slice(2),
      currency: CURRENCIES[index % CURRENCIES.length] ?? '',
    }
    const outdated = { ...row, private_key: generatePrivateKey() }
    return index % 4 === 3 ? [outdated, row] : [row]
  })
}

function inCase(address: string, index: number): string {
  if (index % 3 === 0) return address
  if (index % 3 === 1) return address.toLowerCase()
  return `0x${address.slice(2).toUpperCase()}`
}
