import { usageError } from './cli-error.ts'

/** The chain that `--chain` names, or all. Throws if the configuration has no such chain. */
export function pickChains<C extends { readonly id: number; readonly name: string }>(
  chains: readonly C[],
  id: number | undefined,
): readonly C[] {
  if (id === undefined) return chains
  const picked = chains.filter((chain) => chain.id === id)
  if (picked.length > 0) return picked
  const known = chains.map((chain) => `${chain.id} (${chain.name})`).join(', ')
  throw usageError(`coldsweep.yaml has no chain ${id}`, `configured chains: ${known}`)
}
