import { type Address, isAddress, toAddress } from '../../domain/address.ts'

/** A well-formed address in the yaml, with its role and its path. */
export interface PlacedAddress {
  readonly role: 'cold wallet' | 'gas keeper' | 'token'
  readonly chain: number
  readonly address: Address
  readonly steps: readonly PropertyKey[]
}

/** Returns the value at a path into a raw yaml value, or undefined if the path does not exist. */
export function step(raw: unknown, ...keys: readonly PropertyKey[]): unknown {
  return keys.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
    raw,
  )
}

/** Returns the entries of the list at a path, each with its own path; empty if there is no list. */
export function entries(raw: unknown, ...keys: readonly PropertyKey[]) {
  const list = step(raw, ...keys)
  if (!Array.isArray(list)) return []
  return list.map((value: unknown, index) => ({ value, index, steps: [...keys, index] }))
}

/**
 * Returns every well-formed address of the file, read from the raw value and not from the parsed
 * one. So checks that compare addresses also run on a file with other errors, and all errors are
 * reported at once.
 */
export function placedAddresses(raw: unknown): PlacedAddress[] {
  return entries(raw, 'chains').flatMap(({ value, index, steps }) => [
    ...placed('cold wallet', index, step(value, 'coldWallet'), [...steps, 'coldWallet']),
    ...placed('gas keeper', index, step(value, 'gasKeeper', 'address'), [
      ...steps,
      'gasKeeper',
      'address',
    ]),
    ...entries(value, 'tokens').flatMap((token) =>
      placed('token', index, step(token.value, 'address'), [...steps, ...token.steps, 'address']),
    ),
  ])
}

function placed(
  role: PlacedAddress['role'],
  chain: number,
  raw: unknown,
  steps: readonly PropertyKey[],
): PlacedAddress[] {
  if (typeof raw !== 'string' || !isAddress(raw)) return []
  return [{ role, chain, address: toAddress(raw), steps }]
}
