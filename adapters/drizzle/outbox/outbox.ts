import { asc, eq, inArray, sql } from 'drizzle-orm'
import type { Outbox } from '../../../domain/outbox/outbox.ts'
import { outbox } from '../../../drizzle/schema.ts'
import { withDatabaseErrors } from '../errors.ts'
import type { Queries } from '../queries.ts'

/** Creates the outbox, from which the relay takes messages and publishes them. */
export function createOutbox(db: Queries): Outbox {
  return withDatabaseErrors<Outbox>({
    drain: (kind, limit, publish) =>
      db.transaction(async (tx) => {
        const rows = await tx
          .select({ id: outbox.id, route: outbox.route, body: outbox.body })
          .from(outbox)
          .where(eq(outbox.kind, kind))
          .orderBy(asc(outbox.id))
          .limit(limit)
          .for('update', { skipLocked: true })
        if (rows.length === 0) return 0
        const published = await publish(rows)
        if (published.length > 0) {
          await tx.delete(outbox).where(inArray(outbox.id, [...published]))
        }
        return published.length
      }),
    async lagSeconds(kind) {
      const [oldest] = await db
        .select({ age: sql<string>`extract(epoch from now() - ${outbox.createdAt})` })
        .from(outbox)
        .where(eq(outbox.kind, kind))
        .orderBy(asc(outbox.id))
        .limit(1)
      return Math.max(0, Number(oldest?.age ?? 0))
    },
  })
}
