import { getAddress } from 'viem/utils'
import type { Address } from '../../domain/address.ts'

/**
 * What leaves the system shows the checksum (https://eips.ethereum.org/EIPS/eip-55); rows and
 * comparisons are lower-case.
 */
export function toEip55(address: Address): string {
  return getAddress(address)
}
