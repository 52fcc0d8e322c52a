import type { Fault } from '../schema/fault.ts'
import { Secret } from '../schema/secret.ts'
import { keeperKeyName } from './env-schema.ts'

const ownKeyPattern = new RegExp(`^${keeperKeyName}_(\\d+)(?:_FILE)?$`)
const keyPattern = /^(?:0x)?([0-9a-fA-F]{64})$/

/** The keeper keys of single chains that an environment names, without `_FILE`. */
export function ownKeyNames(names: readonly string[]): string[] {
  const ids = names.flatMap((name) => ownKeyPattern.exec(name)?.[1] ?? [])
  return [...new Set(ids)].map((id) => `${keeperKeyName}_${id}`)
}

/**
 * One key per chain. Only its form is judged here; that it fits the keeper's address is the
 * signer's proof (MONEY 14).
 * @param unread names whose file could not be read, which is a fault already
 */
export function readKeeperKeys(
  values: Readonly<Record<string, string>>,
  unread: ReadonlySet<string>,
  chains: readonly { readonly id: number }[],
): { keys: ReadonlyMap<number, Secret>; faults: readonly Fault[] } {
  const chainIds = chains.map(({ id }) => id)
  const keys = new Map<number, Secret>()
  const faults = [...strangers(Object.keys(values), chainIds)]
  for (const id of chainIds) {
    const ownName = `${keeperKeyName}_${id}`
    const name = [ownName, keeperKeyName].find((it) => values[it] !== undefined || unread.has(it))
    if (name === undefined) {
      const fix = `set ${keeperKeyName} (or ${ownName}), or the same name with _FILE`
      faults.push({ path: ownName, problem: `is missing: chain ${id} has no keeper key`, fix })
    } else if (!unread.has(name)) {
      const key = toKey(values[name])
      if (key !== undefined) keys.set(id, key)
      else if (!faults.some(({ path }) => path === name)) faults.push(malformed(name))
    }
  }
  return { keys, faults }
}

/**
 * Keys for chains that the file lacks: most likely a slip in the name, and the chain meant would
 * use the common key.
 */
function strangers(names: readonly string[], chainIds: readonly number[]): Fault[] {
  return ownKeyNames(names)
    .filter((name) => !chainIds.some((id) => name === `${keeperKeyName}_${id}`))
    .map((name) => ({
      path: name,
      problem: 'is a key for a chain that the yaml does not have',
      fix: `its chains are ${chainIds.join(', ')}; rename or remove the variable`,
    }))
}

function toKey(text: string | undefined): Secret | undefined {
  const digits = keyPattern.exec(text ?? '')?.[1]
  return digits === undefined ? undefined : new Secret(`0x${digits.toLowerCase()}`)
}

function malformed(name: string): Fault {
  const fix = 'write 64 hex digits, with or without 0x'
  return { path: name, problem: 'is not a private key (not shown)', fix }
}
