import { bigint, customType, numeric, timestamp } from 'drizzle-orm/pg-core'

/** Column of an amount. A uint256 has up to 78 digits. */
export const amount = (name: string) => numeric(name, { precision: 78, scale: 0, mode: 'bigint' })
/** Column of a block height or a nonce. */
export const height = (name: string) => bigint(name, { mode: 'bigint' })
/** Column of a point in time. */
export const at = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })
export const bytes = customType<{ data: Uint8Array }>({ dataType: () => 'bytea' })
