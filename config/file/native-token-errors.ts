import { formatPath } from '../schema/config-error.ts'
import { placedAddresses, step } from './raw-yaml.ts'
import type { PlacedError } from './schema-errors.ts'

/**
 * Addresses that mean the native coin in ERC-20 form on every chain that uses them: system
 * contracts of ZK Stack and OVM (Metis, Boba, Mantle), and the 0xEee… placeholder.
 */
const everywhere = new Set([
  '0x000000000000000000000000000000000000800a',
  '0xdeaddeaddeaddeaddeaddeaddeaddeaddead0000',
  '0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee',
])

const celo = '0x471ece3750da237f93b8e339c536989b8978a438'
const polygon = '0x0000000000000000000000000000000000001010'
const moonbeam = '0x0000000000000000000000000000000000000802'
const acala = '0x0000000000000000000100000000000000000000'

/**
 * Address of the native coin's ERC-20 contract, by chain id. Source: each chain's documentation.
 */
const byChain: Readonly<Record<number, string>> = {
  137: polygon,
  80002: polygon,
  42220: celo,
  11142220: celo,
  44787: '0xf194afdf50b03e69bd7d057c1aa9e10c9954e4c9',
  62320: '0xddc9be57f553fe75752d61606b94cbd7e0264ef8',
  1284: moonbeam,
  1285: moonbeam,
  1287: moonbeam,
  686: acala,
  787: acala,
  5042002: '0x3600000000000000000000000000000000000000',
}

/**
 * Returns an error for each listed token that is the chain's native coin. Each payment of such a
 * token would be credited as two deposits (MONEY 13).
 */
export function nativeTokenErrors(raw: unknown): PlacedError[] {
  return placedAddresses(raw).flatMap(({ role, chain, address, steps }): PlacedError[] => {
    const id = step(raw, 'chains', chain, 'id')
    const isCoin = everywhere.has(address) || (typeof id === 'number' && byChain[id] === address)
    if (role !== 'token' || !isCoin) return []
    const problem = `native coin of chain ${id} as an ERC-20; one payment would be two deposits`
    const fix = 'remove it from tokens; the native coin is scanned and swept without it'
    return [{ path: formatPath(steps), steps, problem, fix }]
  })
}
