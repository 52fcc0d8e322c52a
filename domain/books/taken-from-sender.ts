import type { Address } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'
import { readTransfer } from '../chains/erc20.ts'
import type { MinedTransaction } from '../chains/mined-transaction.ts'

/** One amount that a transaction took from its sender. */
export interface Taken {
  /** Receiver; null where the transaction created a contract. */
  readonly to: Address | null
  readonly asset: AssetId
  /** Smallest unit. */
  readonly amount: bigint
}

/**
 * Returns the amounts that a transaction took from its sender in addition to its fee: the
 * transaction's value, and the amounts of `Transfer` logs from the sender. Tokens need not be
 * listed. A failed transaction took nothing.
 */
export function takenFromSender({
  from,
  to,
  valueWei,
  ok,
  logs,
}: Pick<MinedTransaction, 'from' | 'to' | 'valueWei' | 'ok' | 'logs'>): readonly Taken[] {
  if (!ok) return []
  const coin: Taken[] = valueWei > 0n ? [{ to, asset: 'native', amount: valueWei }] : []
  const tokens = logs.flatMap((log): Taken[] => {
    const transfer = readTransfer(log)
    if (transfer?.from !== from) return []
    return [{ to: transfer.to, asset: transfer.token, amount: transfer.amount }]
  })
  return [...coin, ...tokens]
}
