import type { Address, Hex } from '../../../domain/address.ts'
import type { KeySource } from '../../../domain/lanes/signing.ts'

/**
 * Keys by address, in row order, some spelled unusually. Records the requested addresses.
 */
export function keySource(
  keys: Readonly<Record<Address, readonly Hex[]>> = {},
  oddlySpelled: Readonly<Record<Address, readonly Hex[]>> = {},
): KeySource & { readonly asked: Address[] } {
  const asked: Address[] = []
  return {
    asked,
    async candidates(address, spelling) {
      asked.push(address)
      const usual = keys[address] ?? []
      return spelling === 'usual' ? usual : [...usual, ...(oddlySpelled[address] ?? [])]
    },
  }
}
