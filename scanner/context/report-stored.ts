import type { Finds, Stored, TransferDifference } from '../../domain/scan/scan-store.ts'
import type { ScanDeps } from './scan-deps.ts'

/**
 * After commit 1: what it found, to the log, the metrics and the waiting workflows. Nothing here
 * may fail or wait.
 */
export function tellStored(
  { chain, hints, log, metrics }: Pick<ScanDeps, 'chain' | 'hints' | 'log' | 'metrics'>,
  { detected, differences, foreign, gasSignals, unread, unreadAboveCap }: Stored,
  finds: Finds,
): void {
  hints.gasMined(gasSignals)
  const found = new Map(finds.deposits.map((deposit) => [deposit.id, deposit]))
  for (const id of detected) {
    const kind = id.split(':')[2]?.startsWith('native') ? 'native' : 'token'
    metrics.count('deposits_detected', { chain: chain.name, kind })
    log.info({ deposit: id, wallet: found.get(id)?.wallet }, 'a deposit was detected')
  }
  if (unread.length + unreadAboveCap > 0) {
    const [first] = unread
    log.warn(
      { count: unread.length, aboveCap: unreadAboveCap, first: first?.hash, why: first?.why },
      'transactions could not be read; the scan goes on, and they are read again',
    )
  }
  for (const { kind, depositId, detail } of differences) {
    metrics.count('transfer_differences', { chain: chain.name, kind })
    const fields = { deposit: depositId, kind, detail }
    // A lagging node answers [] for a block that it lacks: its search alone contradicts no receipt.
    if (kind === 'unlisted') log.warn(fields, differenceWords[kind])
    else log.error(fields, differenceWords[kind])
  }
  for (const { hash, sender, nonce, to, valueWei } of foreign) {
    metrics.count('foreign_transactions', { chain: chain.name })
    log.error(
      { hash, sender, nonce, to, valueWei },
      'one of our addresses sent a transaction that no row explains: does somebody else use its key, or is this database older than the chain?',
    )
  }
}

const differenceWords: Readonly<Record<TransferDifference['kind'], string>> = {
  extra: 'a re-read block lists one equal transfer more; it waits for an approve or a skip',
  missing: 'a re-read receipt no longer lists a credited transfer',
  unlisted: 'a credited transfer is not in a later log search',
  replaced: 'a re-read block lists another transfer in place of an unconfirmed one',
  contradicts: 'a re-read block contradicts what is stored; nothing is credited from it',
}
