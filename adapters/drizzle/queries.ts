import type { PgDatabase } from 'drizzle-orm/pg-core'
import type { PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js'
import type * as schema from '../../drizzle/schema.ts'

/**
 * The database or a transaction on it. Functions that take it run in the commit that their caller
 * opened.
 */
export type Queries = PgDatabase<PostgresJsQueryResultHKT, typeof schema>
