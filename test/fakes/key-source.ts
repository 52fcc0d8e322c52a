import type { Address, Hex } from '../../domain/address.ts'
import type { KeySource } from '../../domain/ports/key-source.ts'

/** Keys by address, in the order of their rows; remembers who was asked for. */
export function keySource(
  keys: Readonly<Record<Address, readonly Hex[]>> = {},
): KeySource & { readonly asked: Address[] } {
  const asked: Address[] = []
  return {
    asked,
    async candidates(address) {
      asked.push(address)
      return keys[address] ?? []
    },
  }
}
