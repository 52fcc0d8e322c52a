import type { Hash } from '../../../domain/address.ts'
import type { SeenDeposit } from '../../../domain/deposits/deposit.ts'
import type { Position } from '../../../domain/deposits/deposit-id.ts'
import { isRejected, openDoubt } from '../../../domain/deposits/doubt.ts'
import {
  type KnownTransfer,
  type ListedTransfer,
  type Matching,
  matchTransfers,
  transferContent,
} from '../../../domain/deposits/match-transfers.ts'
import type { deposits } from '../../../drizzle/schema.ts'
import { unconfirmed } from './doubts.ts'

export type DepositRow = typeof deposits.$inferSelect

export interface ListedDeposit extends ListedTransfer {
  readonly deposit: SeenDeposit
}

export interface KnownDeposit extends KnownTransfer {
  readonly row: DepositRow
}

/**
 * Matches what a read lists of one transaction with the transaction's rows, which the caller has
 * locked.
 */
export function matchRows(
  seen: readonly SeenDeposit[],
  rows: readonly DepositRow[],
  blockHash: Hash | undefined,
): Matching<ListedDeposit, KnownDeposit> {
  return matchTransfers(
    seen.map((deposit) => ({
      deposit,
      position: deposit.position,
      order: deposit.logOrder,
      content: transferContent(deposit),
    })),
    rows.map((row) => ({
      row,
      position: row.position as Position,
      order: row.logOrder,
      content: transferContent(row),
      standing: standingOf(row),
      here: row.blockHash === blockHash,
      pending: unconfirmed.includes(row.state) && openDoubt(row) === undefined,
    })),
  )
}

function standingOf(row: DepositRow): KnownTransfer['standing'] {
  if (row.state === 'orphaned') return 'gone'
  return isRejected(row) || openDoubt(row) !== undefined ? 'doubted' : 'counted'
}
