import { formatPath } from '../schema/fault.ts'
import { entries, type PlacedAddress, placedAddresses, step } from './raw-chain.ts'
import type { PlacedFault } from './schema-faults.ts'

/**
 * Values that may not be the same: ids, names, symbols, token addresses, and the cold wallet,
 * keeper and tokens (MONEY 18).
 */
export function coincidences(raw: unknown): PlacedFault[] {
  const chains = entries(raw, 'chains')
  return [
    ...twice(
      chains.map(({ value, steps }) => ({ key: step(value, 'id'), steps: [...steps, 'id'] })),
      'each chain stands once; give the ids as the chains have them',
    ),
    ...twice(
      chains.map(({ value, steps }) => ({ key: step(value, 'name'), steps: [...steps, 'name'] })),
      'give each chain its own name',
    ),
    ...chains.flatMap(({ value, steps }) => symbolsOfChain(value, steps)),
    ...addressesThatMeet(placedAddresses(raw)),
  ]
}

/** The native coin's symbol counts too: people tell assets apart by it. */
function symbolsOfChain(chain: unknown, steps: readonly PropertyKey[]): PlacedFault[] {
  const symbols = [
    { key: step(chain, 'native', 'symbol'), steps: [...steps, 'native', 'symbol'] },
    ...entries(chain, 'tokens').map((token) => ({
      key: step(token.value, 'symbol'),
      steps: [...steps, ...token.steps, 'symbol'],
    })),
  ]
  return twice(symbols, 'give each asset of a chain its own symbol')
}

interface Keyed {
  readonly key: unknown
  readonly steps: readonly PropertyKey[]
}

function twice(items: readonly Keyed[], fix: string): PlacedFault[] {
  const first = new Map<string, readonly PropertyKey[]>()
  return items.flatMap(({ key, steps }): PlacedFault[] => {
    if (typeof key !== 'string' && typeof key !== 'number') return []
    const folded = String(key).toLowerCase()
    const earlier = first.get(folded)
    if (earlier === undefined) {
      first.set(folded, steps)
      return []
    }
    const problem = `"${key}" stands at ${formatPath(earlier)} already`
    return [{ path: formatPath(steps), steps, problem, fix }]
  })
}

function addressesThatMeet(all: readonly PlacedAddress[]): PlacedFault[] {
  return all.flatMap((here, index): PlacedFault[] => {
    const other = all.slice(0, index).find((there) => clash(there, here))
    if (other === undefined) return []
    const path = formatPath(here.steps)
    const problem = `is the address of ${formatPath(other.steps)} (${other.role}) too`
    const fix =
      here.role === 'token' && other.role === 'token'
        ? 'list each token once'
        : 'cold wallet, gas keeper and tokens are different addresses: write the right ones'
    return [{ path, steps: here.steps, problem, fix }]
  })
}

/**
 * Chains may share a cold wallet or a keeper, and a token may have one address on several;
 * different roles never meet.
 */
function clash(a: PlacedAddress, b: PlacedAddress): boolean {
  if (a.address !== b.address) return false
  return a.role !== b.role || (a.role === 'token' && a.chain === b.chain)
}
