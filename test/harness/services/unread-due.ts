import type postgres from 'postgres'

/** PostgreSQL's `deadlock_detected`. */
const deadlockDetected = '40P01'

/**
 * Makes every unread transaction and block due for its next try. A running scanner updates the same
 * rows in another order, so PostgreSQL may end one of the two commits; this one is then repeated.
 */
export async function makeUnreadDue(sql: postgres.Sql): Promise<void> {
  for (const table of ['unread_transactions', 'unread_blocks']) {
    for (;;) {
      try {
        await sql`update ${sql(table)} set next_try_at = now()`
        break
      } catch (error) {
        if ((error as { readonly code?: string }).code !== deadlockDetected) throw error
      }
    }
  }
}
