import type { PgDatabase } from 'drizzle-orm/pg-core'
import type { PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js'
import type * as schema from '../../drizzle/schema.ts'

/**
 * The database or a transaction on it: functions that take it run in whichever commit their caller
 * opened.
 */
export type Queries = PgDatabase<PostgresJsQueryResultHKT, typeof schema>
