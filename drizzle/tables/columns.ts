import { bigint, customType, numeric, timestamp } from 'drizzle-orm/pg-core'

/** A uint256 has 78 digits. */
export const amount = (name: string) => numeric(name, { precision: 78, scale: 0, mode: 'bigint' })
/** Heights and nonces. */
export const height = (name: string) => bigint(name, { mode: 'bigint' })
export const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
export const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })
