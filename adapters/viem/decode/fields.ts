import type { Address, Hash, Hex } from '../../../domain/address.ts'

/** A field that cannot be read. The message contains the field's name, never its content. */
export class FieldUnreadable extends TypeError {
  override name = 'FieldUnreadable'

  constructor(field: string, content: unknown) {
    const what =
      content === undefined ? 'is missing' : content === null ? 'is null' : 'has no known form'
    super(`${field} ${what}`)
  }
}

/**
 * Reads a quantity from hex, a decimal string or a JSON number. `0x` is 0, as old nodes write it.
 * Rounded or negative numbers, fractions, empty strings and booleans are unreadable; `BigInt` would
 * accept some of them.
 */
export function quantity(content: unknown, field: string): bigint {
  if (typeof content === 'number' && Number.isSafeInteger(content) && content >= 0) {
    return BigInt(content)
  }
  if (typeof content === 'bigint' && content >= 0n) return content
  if (typeof content === 'string') {
    if (content === '0x') return 0n
    if (/^(0x[0-9a-f]+|[0-9]+)$/i.test(content)) return BigInt(content.toLowerCase())
  }
  throw new FieldUnreadable(field, content)
}

/** Reads a quantity like `quantity`, or returns `otherwise` if the field is null or missing. */
export function quantityOr<T>(content: unknown, field: string, otherwise: T): bigint | T {
  return content === null || content === undefined ? otherwise : quantity(content, field)
}

/**
 * No block has this many transactions. An index from here on is invalid (erigon #21658, cosmos/evm
 * #1032).
 */
const mostPlaces = 2n ** 31n

/**
 * Reads the index of a transaction in its block. Returns undefined if the node returns no index, or
 * an index that no block has.
 */
export function placeOf(content: unknown): number | undefined {
  try {
    const place = quantity(content, 'transactionIndex')
    return place < mostPlaces ? Number(place) : undefined
  } catch {
    return undefined
  }
}

/** Reads 32 bytes of hex in upper or lower case, with or without `0x`. */
export function hash32(content: unknown, field: string): Hash {
  if (typeof content === 'string' && /^(0x)?[0-9a-f]{64}$/i.test(content))
    return withPrefix(content)
  throw new FieldUnreadable(field, content)
}

/** Reads an address in upper or lower case, with `0x`, `xdc` (XDC Network) or no prefix. */
export function address20(content: unknown, field: string): Address {
  if (typeof content === 'string' && /^(0x|xdc)?[0-9a-f]{40}$/i.test(content)) {
    return withPrefix(content.replace(/^xdc/i, ''))
  }
  throw new FieldUnreadable(field, content)
}

/**
 * Reads an address, or returns null for null, missing, `''` and `0x`. Nodes write these for the
 * recipient of a transaction that creates a contract, and for a sender that they omit.
 */
export function addressOrNone(content: unknown, field: string): Address | null {
  const isNone = content === null || content === undefined || content === '' || content === '0x'
  return isNone ? null : address20(content, field)
}

/** Reads any number of bytes of hex in upper or lower case, with or without `0x`. */
export function hexBytes(content: unknown, field: string): Hex {
  if (typeof content === 'string' && /^(0x)?([0-9a-f]{2})*$/i.test(content))
    return withPrefix(content)
  throw new FieldUnreadable(field, content)
}

/** Largest timestamp in seconds. A larger timestamp is in milliseconds, or in a finer unit. */
const latestSecond = 100_000_000_000n

/** Reads a timestamp in any unit as seconds since 1970. Returns 0 if the field is missing. */
export function timestampOf(content: unknown, field: string): bigint {
  let seconds = quantityOr(content, field, 0n)
  while (seconds > latestSecond) seconds /= 1_000n
  return seconds
}

function withPrefix(text: string): Hex {
  const lower = text.toLowerCase()
  return (lower.startsWith('0x') ? lower : `0x${lower}`) as Hex
}

/** Reads a quantity. Returns undefined if it is missing, null, `0x` or unreadable. */
export function quantityOrUndefined(value: unknown): bigint | undefined {
  if (value === '0x') return undefined
  try {
    return quantity(value, 'value')
  } catch {
    return undefined
  }
}
