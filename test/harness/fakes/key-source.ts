import type { Address, Hex } from '../../../domain/address.ts'
import type { KeySource } from '../../../domain/lanes/signing.ts'

/**
 * Creates a key source. `keys` has the keys of each address in row order; `oddlySpelled` has the
 * keys of rows that spell the address in an unusual way. `asked` records the requested addresses.
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
