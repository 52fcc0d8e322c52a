import type { PgDatabase } from 'drizzle-orm/pg-core'
import type { PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js'
import type * as schema from '../../drizzle/schema.ts'

/**
 * The database or a transaction on it. A function with a parameter of this type runs in the commit
 * that its caller opened.
 */
export type Queries = PgDatabase<PostgresJsQueryResultHKT, typeof schema>
