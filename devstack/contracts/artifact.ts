import { readFileSync } from 'node:fs'
import type { Abi, Hex } from 'viem'

/** ABI and creation code of a compiled contract. */
export interface Artifact {
  readonly abi: Abi
  readonly bytecode: Hex
}

/** The test contracts. `<name>.sol` documents each one. */
export type ContractName =
  | 'plain-token'
  | 'silent-token'
  | 'pausable-false-token'
  | 'fee-token'
  | 'blacklist-token'
  | 'safe-like-receiver'
  | 'forwarder'
  | 'rollup-fee-oracle'
  | 'hostile-token'
  | 'impostor-emitter'
  | 'internal-payer'
  | 'rebase-token'
  | 'two-faced-token'
  | 'interest-token'
  | 'accruing-token'
  | 'doubling-token'
  | 'burn-mint-token'
  | 'phantom-token'
  | 'flooder'
  | 'flooding-token'

/**
 * Reads the committed artifact of a test contract. The constructor of a token takes (name, symbol,
 * decimals). The constructor of fee-token also takes the fee in basis points.
 */
export function readArtifact(name: ContractName): Artifact {
  const file = new URL(`./${name}.artifact.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as Artifact
}

/** Returns the content of an artifact file. */
export function formatArtifact({ abi, bytecode }: Artifact): string {
  return `${JSON.stringify({ abi, bytecode }, undefined, 2)}\n`
}
