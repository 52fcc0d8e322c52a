import type { Finds, Stored } from '../domain/ports/scan-store.ts'
import type { ScanDeps } from './scan-deps.ts'

/** After commit 1: what it found, to the log, the metrics and the waiting workflows. Nothing here may fail or wait. */
export function tellStored(
  { chain, hints, log, metrics }: Pick<ScanDeps, 'chain' | 'hints' | 'log' | 'metrics'>,
  { detected, foreign, gasSignals }: Stored,
  finds: Finds,
): void {
  hints.gasMined(gasSignals)
  const found = new Map(finds.deposits.map((deposit) => [deposit.id, deposit]))
  for (const id of detected) {
    const kind = found.get(id)?.asset === 'native' ? 'native' : 'token'
    metrics.count('deposits_detected', { chain: chain.name, kind })
    log.info({ deposit: id, wallet: found.get(id)?.wallet }, 'a deposit was detected')
  }
  for (const { hash, sender, nonce, to, valueWei } of foreign) {
    metrics.count('foreign_transactions', { chain: chain.name })
    log.error(
      { hash, sender, nonce, to, valueWei },
      'one of our addresses sent a transaction that no row explains: does somebody else use its key, or is this database older than the chain?',
    )
  }
}
