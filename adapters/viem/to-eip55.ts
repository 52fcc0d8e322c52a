import { getAddress } from 'viem/utils'
import type { Address } from '../../domain/address.ts'

/**
 * An address with its checksum (https://eips.ethereum.org/EIPS/eip-55), for everything that leaves
 * the system. Rows and comparisons are lower-case.
 */
export function toEip55(address: Address): string {
  return getAddress(address)
}
