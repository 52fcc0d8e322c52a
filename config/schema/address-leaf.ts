import { getAddress } from 'viem/utils'
import { type Address, isAddress, toAddress } from '../../domain/address.ts'
import { describeType, leaf, Unreadable } from './leaf.ts'

const zero = '0x0000000000000000000000000000000000000000'

/**
 * An address with a right EIP-55 checksum (https://eips.ethereum.org/EIPS/eip-55), which one-case
 * spellings lack: a mistyped cold wallet is money gone (MONEY 18). Comes out lower-case.
 */
export const addressLeaf = leaf<Address>((raw) => {
  if (typeof raw !== 'string' || raw === '') {
    return new Unreadable(
      typeof raw === 'number' ? 'is a number, not an address' : describeType(raw),
      'write the address in quotes: "0x" and 40 hex digits with its EIP-55 checksum',
    )
  }
  if (!isAddress(raw)) {
    return new Unreadable(
      `"${raw.slice(0, 80)}" is not an address`,
      'write "0x" and 40 hex digits with the EIP-55 checksum',
    )
  }
  if (toAddress(raw) === zero) {
    return new Unreadable('is the zero address', 'write the real address')
  }
  const right = getAddress(raw)
  if (raw === right) return toAddress(raw)
  return new Unreadable(
    `"${raw}" does not carry the right EIP-55 checksum: a digit or a letter's case may be wrong`,
    `compare it with its source, digit by digit; only if it is the same address, write "${right}"`,
  )
})
