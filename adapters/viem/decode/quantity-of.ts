import { quantity } from './fields.ts'

/**
 * A number as `fields.ts` reads it; undefined for what is left out: absent, null, `0x` without
 * digits, or unreadable.
 */
export function quantityOf(value: unknown): bigint | undefined {
  if (value === '0x') return undefined
  try {
    return quantity(value, 'value')
  } catch {
    return undefined
  }
}
