import { eq } from 'drizzle-orm'
import type { DepositLookup } from '../../../domain/deposits/deposit-lookup.ts'
import { deposits } from '../../../drizzle/schema.ts'
import { withDatabaseErrors } from '../errors.ts'
import type { Queries } from '../queries.ts'
import { toDeposit } from './rows.ts'

export function createDepositLookup(db: Queries): DepositLookup {
  return withDatabaseErrors<DepositLookup>({
    async find(depositId) {
      const [row] = await db.select().from(deposits).where(eq(deposits.id, depositId))
      return row && toDeposit(row)
    },
  })
}
