import type { DepositLookup } from '../../../domain/deposits/sweep-runs.ts'
import { withDatabaseErrors } from '../errors.ts'
import type { Queries } from '../queries.ts'
import { readDeposit } from './rows.ts'

export function createDepositLookup(db: Queries): DepositLookup {
  return withDatabaseErrors<DepositLookup>({ find: (depositId) => readDeposit(db, depositId) })
}
