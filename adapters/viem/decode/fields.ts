import type { Address, Hash, Hex } from '../../../domain/address.ts'

/** A field that cannot be read. The message names it, never its content. */
export class FieldUnreadable extends TypeError {
  override name = 'FieldUnreadable'

  constructor(field: string, content: unknown) {
    const what =
      content === undefined ? 'is missing' : content === null ? 'is null' : 'has no known form'
    super(`${field} ${what}`)
  }
}

/**
 * A quantity as hex, as a decimal string or as a JSON number. `0x` is 0, as old nodes write it. A
 * number that JavaScript has rounded, a negative one, a fraction, an empty text and a boolean are
 * unreadable: `BigInt` would take some of them for a number.
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

/** The same where chains leave the field out. */
export function quantityOr<T>(content: unknown, field: string, otherwise: T): bigint | T {
  return content === null || content === undefined ? otherwise : quantity(content, field)
}

/**
 * No block has more transactions: what is above was never a place (erigon #21658, cosmos/evm
 * #1032).
 */
const mostPlaces = 2n ** 31n

/**
 * The place of a transaction in its block; undefined where the node tells none, or one that no
 * block has.
 */
export function placeOf(content: unknown): number | undefined {
  try {
    const place = quantity(content, 'transactionIndex')
    return place < mostPlaces ? Number(place) : undefined
  } catch {
    return undefined
  }
}

/** 32 bytes in any case, with or without `0x`. */
export function hash32(content: unknown, field: string): Hash {
  if (typeof content === 'string' && /^(0x)?[0-9a-f]{64}$/i.test(content))
    return withPrefix(content)
  throw new FieldUnreadable(field, content)
}

/** 20 bytes in any case, with `0x`, with `xdc` (XDC Network), or without. */
export function address20(content: unknown, field: string): Address {
  if (typeof content === 'string' && /^(0x|xdc)?[0-9a-f]{40}$/i.test(content)) {
    return withPrefix(content.replace(/^xdc/i, ''))
  }
  throw new FieldUnreadable(field, content)
}

/**
 * null, missing, and an empty text are none: a transaction that creates a contract, a sender that
 * is not told.
 */
export function addressOrNone(content: unknown, field: string): Address | null {
  const isNone = content === null || content === undefined || content === '' || content === '0x'
  return isNone ? null : address20(content, field)
}

/** Any number of bytes in any case, with or without `0x`. */
export function hexBytes(content: unknown, field: string): Hex {
  if (typeof content === 'string' && /^(0x)?([0-9a-f]{2})*$/i.test(content))
    return withPrefix(content)
  throw new FieldUnreadable(field, content)
}

/** Above it no count of seconds makes sense: the chain counts in milliseconds, or finer. */
const latestSecond = 100_000_000_000n

/** Seconds since 1970, whichever unit the chain counts in; 0 where it tells no time. */
export function timestampOf(content: unknown, field: string): bigint {
  let seconds = quantityOr(content, field, 0n)
  while (seconds > latestSecond) seconds /= 1_000n
  return seconds
}

function withPrefix(text: string): Hex {
  const lower = text.toLowerCase()
  return (lower.startsWith('0x') ? lower : `0x${lower}`) as Hex
}

/**
 * A number as `fields.ts` reads it; undefined for what is left out: absent, null, `0x` without
 * digits, or unreadable.
 */
export function quantityOrUndefined(value: unknown): bigint | undefined {
  if (value === '0x') return undefined
  try {
    return quantity(value, 'value')
  } catch {
    return undefined
  }
}
