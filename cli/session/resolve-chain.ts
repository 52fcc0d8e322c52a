import type { Environment } from '../../config/env/secret-file.ts'
import { loadConfig } from '../../config/load-config.ts'
import { usageError } from './cli-error.ts'
import { knownChains } from './pick-chains.ts'

/**
 * Replaces the chain's name that `--chain` gave by the chain's id, in any case of letters. An id
 * stays as it is, because a chain that was removed from coldsweep.yaml still has rows.
 */
export function resolveChain<A>(args: A, env: Environment): A {
  const name = (args as { readonly chain?: unknown } | null)?.chain
  if (typeof name !== 'string') return args
  const { chains } = loadConfig({ need: [], env })
  const wanted = name.toLowerCase()
  const chain = chains.find((it) => it.name.toLowerCase() === wanted)
  if (chain) return { ...args, chain: chain.id }
  throw usageError(`coldsweep.yaml has no chain "${name}"`, knownChains(chains))
}
