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
