import type { Finds, Stored, TransferDifference } from '../../domain/scan/scan-store.ts'
import type { ScanDeps } from './scan-deps.ts'

/**
 * Reports finds, after commit 1 has stored them, to the log, the metrics and the waiting workflows.
 * Never throws and never waits.
 */
export function reportStored(
  { chain, hints, log, metrics }: Pick<ScanDeps, 'chain' | 'hints' | 'log' | 'metrics'>,
  { detected, differences, external, gasSignals, unread, unreadAboveCap }: Stored,
  finds: Finds,
): void {
  hints.gasMined(gasSignals)
  const found = new Map(finds.deposits.map((deposit) => [deposit.id, deposit]))
  for (const id of detected) {
    const kind = id.split(':')[2]?.startsWith('native') ? 'native' : 'token'
    metrics.count('deposits_detected', { chain: chain.name, kind })
    log.info({ deposit: id, wallet: found.get(id)?.wallet }, 'deposit detected')
  }
  if (unread.length + unreadAboveCap > 0) {
    const [first] = unread
    log.warn(
      { count: unread.length, aboveCap: unreadAboveCap, first: first?.hash, why: first?.why },
      'transactions could not be read; scan continues, retrying in the background',
    )
  }
  for (const { kind, depositId, detail } of differences) {
    metrics.count('transfer_differences', { chain: chain.name, kind })
    const fields = { deposit: depositId, kind, detail }
    // A lagging node answers [] for a block that it lacks, so a search without a log does not
    // contradict the receipt.
    if (kind === 'unlisted') log.warn(fields, differenceWords[kind])
    else log.error(fields, differenceWords[kind])
  }
  for (const { hash, sender, nonce, to, valueWei } of external) {
    metrics.count('foreign_transactions', { chain: chain.name })
    log.error(
      { hash, sender, nonce, to, valueWei },
      'external transaction from one of our addresses; its key may be in use elsewhere, or this database is older than the chain',
    )
  }
}

const differenceWords: Readonly<Record<TransferDifference['kind'], string>> = {
  extra: 'reread block lists one more equal transfer; waiting for approve or skip',
  missing: 'reread receipt no longer lists a credited transfer',
  unlisted: 'later log search does not list a credited transfer',
  replaced: 'reread block lists another transfer in place of an unconfirmed one',
  contradicts: 'reread block contradicts stored rows; it credits nothing',
}
