import type { Address } from '../../domain/address.ts'
import type { Log } from '../../domain/chains/block.ts'
import { readTransfer } from '../../domain/chains/erc20.ts'
import { distinctLogs } from '../../domain/chains/log-content.ts'
import { transferContent } from '../../domain/deposits/match-transfers.ts'
import { groupBy } from '../../domain/lists.ts'
import type { StoredTransfer } from '../../domain/scan/scan-store.ts'

/** A Transfer log, and the wallet that it credits. */
export interface CreditLog {
  readonly log: Log
  readonly wallet: Address
}

/** Differences between a log search and the stored transfers. */
export interface CreditDifferences {
  /** Credits that the search lists more often than transfers with the same content are stored. */
  readonly missed: readonly CreditLog[]
  /**
   * One log for each content that is stored (and counted) more often than the search lists it: a
   * log of the same transaction. A transaction without a listed credit is left out.
   */
  readonly fewer: readonly Log[]
}

/**
 * Compares the credits of a log search with the stored transfers of the same transactions. Counts
 * how often each content occurs on both sides.
 */
export function compareCredits(
  credits: readonly CreditLog[],
  stored: readonly StoredTransfer[],
): CreditDifferences {
  const distinct = new Set(distinctLogs(credits.map(({ log }) => log)))
  const listed = groupBy(
    credits.filter(({ log }) => distinct.has(log)),
    ({ log }) => keyOf(log, contentOf(log)),
  )
  const known = groupBy(stored, (transfer) => keyOf(transfer, transfer.content))
  const missed = [...listed].flatMap(([key, of]) => of.slice(known.get(key)?.length ?? 0))
  const ofTransaction = new Map(credits.map(({ log }) => [keyOf(log), log]))
  const fewer = [...known].flatMap(([key, of]) => {
    const [first] = of
    const log = first && first.asset !== 'native' ? ofTransaction.get(keyOf(first)) : undefined
    const counted = of.filter((transfer) => transfer.counted).length
    return log && counted > (listed.get(key)?.length ?? 0) ? [log] : []
  })
  return { missed, fewer }
}

const keyOf = (
  { transactionHash, txHash, blockHash }: Partial<Log> & Partial<StoredTransfer>,
  content = '',
) => `${transactionHash ?? txHash} ${blockHash} ${content}`

function contentOf(log: Log): string {
  const { token = '', to = '', from = '', amount = 0n } = readTransfer(log) ?? {}
  return transferContent({ position: '0', asset: token, wallet: to, sender: from, amount })
}
