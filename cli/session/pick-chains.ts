import type { ChainConfig } from '../../config/schema/config.ts'
import type { ListedAsset } from '../../domain/chains/asset.ts'
import { usageError } from './cli-error.ts'

/**
 * Returns the chain that `--chain` names, or all chains without `--chain`. Throws a usage error if
 * the configuration has no such chain.
 */
export function pickChains<C extends { readonly id: number; readonly name: string }>(
  chains: readonly C[],
  id: number | undefined,
): readonly C[] {
  if (id === undefined) return chains
  const picked = chains.filter((chain) => chain.id === id)
  if (picked.length > 0) return picked
  throw usageError(`coldsweep.yaml has no chain ${id}`, knownChains(chains))
}

/** The hint of an unknown chain: ids and names of all configured chains. */
export function knownChains(
  chains: readonly { readonly id: number; readonly name: string }[],
): string {
  return `configured chains: ${chains.map(({ id, name }) => `${id} (${name})`).join(', ')}`
}

/** Returns the listed asset with this symbol, in any case of letters, or token address. */
export function pickAsset(chain: ChainConfig, text: string): ListedAsset {
  const wanted = text.toLowerCase()
  const listed: readonly ListedAsset[] = [chain.native, ...chain.tokens]
  const found = listed.filter(
    ({ id, symbol }) => symbol.toLowerCase() === wanted || id.toLowerCase() === wanted,
  )
  const [only, ...more] = found
  if (only && more.length === 0) return only
  const known = listed.map(({ symbol }) => symbol).join(', ')
  throw only
    ? usageError(`${chain.name} lists ${found.length} assets ${text}`, 'name the token’s address')
    : usageError(`${chain.name} lists no asset ${text}`, `listed assets: ${known}`)
}
