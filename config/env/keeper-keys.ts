import type { SettingError } from '../schema/config-error.ts'
import { Secret } from '../schema/secret.ts'
import { keeperKeyName, retiredKeyName } from './env-schema.ts'
import type { Environment } from './secret-file.ts'

const anyKeyPattern = new RegExp(`^(?:${keeperKeyName}|${retiredKeyName})(?:_\\d+)?(?:_FILE)?$`)
const keyPattern = /^(?:0x)?([0-9a-fA-F]{64})$/

/**
 * Returns the names of the set variables that hold a key of a current or retired keeper, or the
 * path of its file.
 */
export function keeperKeysIn(env: Environment): string[] {
  return Object.keys(env).filter((name) => (env[name] ?? '') !== '' && anyKeyPattern.test(name))
}

/**
 * Returns the names of the set variables that hold the keeper key of a single chain, such as
 * `GAS_KEEPER_PRIVATE_KEY_56`. The suffix `_FILE` is removed.
 */
export const ownKeyNames = (names: readonly string[]) => namesOfChains(keeperKeyName, names)

/** The same for keys of retired keepers, such as `RETIRED_KEEPER_PRIVATE_KEY_56`. */
export const ownRetiredKeyNames = (names: readonly string[]) => namesOfChains(retiredKeyName, names)

function namesOfChains(common: string, names: readonly string[]): string[] {
  const pattern = new RegExp(`^${common}_(\\d+)(?:_FILE)?$`)
  const ids = names.flatMap((name) => pattern.exec(name)?.[1] ?? [])
  return [...new Set(ids)].map((id) => `${common}_${id}`)
}

/**
 * Reads the gas keeper's private key of each chain and checks only its form. The signer proves that
 * the key belongs to the keeper's address (MONEY 14).
 * @param unread names of variables whose file could not be read, which is already reported
 */
export function readKeeperKeys(
  values: Readonly<Record<string, string>>,
  unread: ReadonlySet<string>,
  chains: readonly { readonly id: number }[],
): {
  keys: ReadonlyMap<number, Secret>
  retired: ReadonlyMap<number, readonly Secret[]>
  errors: readonly SettingError[]
} {
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
  const retired = readRetiredKeys(values, unread, chainIds, errors)
  return { keys, retired, errors }
}

/**
 * Reads the keys of retired keepers of each chain. One variable may hold several keys, separated by
 * commas or white space. Adds its errors to `errors`.
 */
function readRetiredKeys(
  values: Readonly<Record<string, string>>,
  unread: ReadonlySet<string>,
  chainIds: readonly number[],
  errors: SettingError[],
): ReadonlyMap<number, readonly Secret[]> {
  const retired = new Map<number, readonly Secret[]>()
  for (const id of chainIds) {
    const name = [`${retiredKeyName}_${id}`, retiredKeyName].find((it) => values[it] !== undefined)
    if (name === undefined || unread.has(name)) continue
    const words = (values[name] ?? '').split(/[\s,]+/).filter((word) => word !== '')
    const keys = words.map(toKey)
    if (words.length === 0 || keys.includes(undefined)) {
      if (!errors.some(({ path }) => path === name)) errors.push(malformed(name))
    }
    retired.set(
      id,
      keys.flatMap((key) => key ?? []),
    )
  }
  return retired
}

/**
 * Returns an error for each key whose chain is not in coldsweep.yaml. The chain id in the name is
 * probably mistyped. Without an error, the intended chain would use the key for all chains.
 */
function unknownChains(names: readonly string[], chainIds: readonly number[]): SettingError[] {
  const known = chainIds.flatMap((id) => [`${keeperKeyName}_${id}`, `${retiredKeyName}_${id}`])
  return [...ownKeyNames(names), ...ownRetiredKeyNames(names)]
    .filter((name) => !known.includes(name))
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
