import { getAddress } from 'viem/utils'
import type { Address } from '../../domain/address.ts'

/**
 * Returns an address with its checksum (https://eips.ethereum.org/EIPS/eip-55), for everything that
 * leaves coldsweep. Inside coldsweep, rows and comparisons use lower case.
 */
export function toEip55(address: Address): string {
  return getAddress(address)
}
