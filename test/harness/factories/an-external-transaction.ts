import { toAddress, toHash } from '../../../domain/address.ts'
import type { SeenOwnTransaction } from '../../../domain/scan/own-transactions.ts'
import { drawAddress, drawHash } from './seed-rows.ts'

/** A transaction from one of our addresses, as the scanner reads it. */
export function anExternalTransaction(more: Partial<SeenOwnTransaction> = {}): SeenOwnTransaction {
  return {
    hash: toHash(drawHash()),
    sender: toAddress(drawAddress()),
    nonce: 3n,
    to: toAddress(drawAddress()),
    valueWei: 5n,
    feeWei: 21_000n,
    ok: true,
    blockNumber: 11n,
    blockHash: toHash(drawHash()),
    ...more,
  }
}
