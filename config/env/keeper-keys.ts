import type { SettingError } from '../schema/config-error.ts'
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
 * Reads one key per chain and checks only its form. The signer proves that the key belongs to the
 * keeper's address (MONEY 14).
 * @param unread names whose file could not be read, which is already reported
 */
export function readKeeperKeys(
  values: Readonly<Record<string, string>>,
  unread: ReadonlySet<string>,
  chains: readonly { readonly id: number }[],
): { keys: ReadonlyMap<number, Secret>; errors: readonly SettingError[] } {
  const chainIds = chains.map(({ id }) => id)
  const keys = new Map<number, Secret>()
  const errors = [...unknownChains(Object.keys(values), chainIds)]
  for (const id of chainIds) {
    const ownName = `${keeperKeyName}_${id}`
    const name = [ownName, keeperKeyName].find((it) => values[it] !== undefined || unread.has(it))
    if (name === undefined) {
      const fix = `set ${keeperKeyName} or ${ownName}, or either name with _FILE`
      errors.push({ path: ownName, problem: `missing; chain ${id} has no gas keeper key`, fix })
    } else if (!unread.has(name)) {
      const key = toKey(values[name])
      if (key !== undefined) keys.set(id, key)
      else if (!errors.some(({ path }) => path === name)) errors.push(malformed(name))
    }
  }
  return { keys, errors }
}

/**
 * Errors of keys for chains that are not in the yaml. The name is probably mistyped, and without an
 * error the intended chain would use the common key.
 */
function unknownChains(names: readonly string[], chainIds: readonly number[]): SettingError[] {
  return ownKeyNames(names)
    .filter((name) => !chainIds.some((id) => name === `${keeperKeyName}_${id}`))
    .map((name) => ({
      path: name,
      problem: 'key for a chain that is not in coldsweep.yaml',
      fix: `rename or remove the variable; configured chains: ${chainIds.join(', ')}`,
    }))
}

function toKey(text: string | undefined): Secret | undefined {
  const digits = keyPattern.exec(text ?? '')?.[1]
  return digits === undefined ? undefined : new Secret(`0x${digits.toLowerCase()}`)
}

function malformed(name: string): SettingError {
  const fix = 'use 64 hex digits, with or without 0x'
  return { path: name, problem: 'not a private key (value hidden)', fix }
}
