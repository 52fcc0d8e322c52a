import { getAddress } from 'viem/utils'
import { type Address, isAddress, toAddress } from '../../domain/address.ts'
import { describeType, leaf, Unreadable } from './leaf.ts'

const zero = '0x0000000000000000000000000000000000000000'

/**
 * Schema of an address with its EIP-55 checksum (https://eips.ethereum.org/EIPS/eip-55). The parsed
 * address is in lower case. An address without mixed case is rejected, because it has no checksum
 * and a mistyped cold wallet loses money (MONEY 18).
 */
export const addressLeaf = leaf<Address>((raw) => {
  if (typeof raw !== 'string' || raw === '') {
    return new Unreadable(
      typeof raw === 'number' ? 'expected an address, got a number' : describeType(raw),
      'write the address in quotes: "0x" and 40 hex digits with its EIP-55 checksum',
    )
  }
  if (!isAddress(raw)) {
    return new Unreadable(
      `expected an address, got "${raw.slice(0, 80)}"`,
      'write "0x" and 40 hex digits with the EIP-55 checksum',
    )
  }
  if (toAddress(raw) === zero) {
    return new Unreadable('zero address', 'set the real address')
  }
  const right = getAddress(raw)
  if (raw === right) return toAddress(raw)
  return new Unreadable(
    `checksum mismatch; expected ${right}, got ${raw}`,
    "compare every digit with the address's source; if all match, use the expected EIP-55 spelling",
  )
})
