import { sql } from 'drizzle-orm'
import { rejectedReason } from '../../../domain/deposits/doubt.ts'
import { deposits } from '../../../drizzle/schema.ts'

/** Rejected by an operator (isRejected in domain/deposits/doubt.ts): nothing that arrived. */
export const isRejectedRow = sql`(${deposits.state} = 'ignored'
  and starts_with(${deposits.reason}, ${rejectedReason('')}))`
