import { formatPath } from '../schema/config-error.ts'
import { entries, type PlacedAddress, placedAddresses, step } from './raw-yaml.ts'
import type { PlacedError } from './schema-errors.ts'

/**
 * Returns the errors of values that occur twice but must differ: ids, names, symbols, token
 * addresses, and the addresses of cold wallet, keeper and tokens (MONEY 18).
 */
export function duplicateErrors(raw: unknown): PlacedError[] {
  const chains = entries(raw, 'chains')
  return [
    ...duplicates(
      chains.map(({ value, steps }) => ({ key: step(value, 'id'), steps: [...steps, 'id'] })),
      'chain id',
      'list each chain once, with its real chain id',
    ),
    ...duplicates(
      chains.map(({ value, steps }) => ({ key: step(value, 'name'), steps: [...steps, 'name'] })),
      'chain name',
      'give each chain its own name',
    ),
    ...chains.flatMap(({ value, steps }) => symbolsOfChain(value, steps)),
    ...duplicateAddresses(placedAddresses(raw)),
  ]
}

/**
 * Returns the errors of symbols that one chain uses twice. The native coin's symbol counts too,
 * because people distinguish assets by their symbols.
 */
function symbolsOfChain(chain: unknown, steps: readonly PropertyKey[]): PlacedError[] {
  const symbols = [
    { key: step(chain, 'native', 'symbol'), steps: [...steps, 'native', 'symbol'] },
    ...entries(chain, 'tokens').map((token) => ({
      key: step(token.value, 'symbol'),
      steps: [...steps, ...token.steps, 'symbol'],
    })),
  ]
  return duplicates(symbols, 'symbol', 'give each asset of a chain its own symbol')
}

interface Keyed {
  readonly key: unknown
  readonly steps: readonly PropertyKey[]
}

function duplicates(items: readonly Keyed[], noun: string, fix: string): PlacedError[] {
  const first = new Map<string, readonly PropertyKey[]>()
  return items.flatMap(({ key, steps }): PlacedError[] => {
    if (typeof key !== 'string' && typeof key !== 'number') return []
    const folded = String(key).toLowerCase()
    const earlier = first.get(folded)
    if (earlier === undefined) {
      first.set(folded, steps)
      return []
    }
    const problem = `duplicate ${noun} "${key}" (also at ${formatPath(earlier)})`
    return [{ path: formatPath(steps), steps, problem, fix }]
  })
}

function duplicateAddresses(all: readonly PlacedAddress[]): PlacedError[] {
  return all.flatMap((here, index): PlacedError[] => {
    const other = all.slice(0, index).find((there) => clash(there, here))
    if (other === undefined) return []
    const path = formatPath(here.steps)
    const problem = `duplicate address (also at ${formatPath(other.steps)}, ${other.role})`
    const fix =
      here.role === 'token' && other.role === 'token'
        ? 'list each token once'
        : 'use different addresses for cold wallet, gas keeper and tokens'
    return [{ path, steps: here.steps, problem, fix }]
  })
}

/**
 * Returns whether two addresses of the file are equal although they must differ. Chains can share a
 * cold wallet or a keeper, and a token can have one address on several chains. Two roles (cold
 * wallet, keeper, token) never share an address.
 */
function clash(a: PlacedAddress, b: PlacedAddress): boolean {
  if (a.address !== b.address) return false
  return a.role !== b.role || (a.role === 'token' && a.chain === b.chain)
}
