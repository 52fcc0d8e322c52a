import type { Address } from '../address.ts'
import { smallerOf } from '../amount.ts'
import type { ReceiptLog } from '../chains/block.ts'
import { readTransfer } from '../chains/erc20.ts'
import { loggedSweep } from './logged-sweep.ts'

/**
 * What the receipt of one `transfer(to, sent)` says about the token that was called. Smallest
 * units.
 */
export interface TokenSwept {
  /**
   * No more than was sent: a token may log one movement twice. A token that keeps a fee delivers
   * less.
   */
  readonly arrivedAmount: bigint
  /** Logged above what was sent. */
  readonly overLogged: bigint
  /** Place of the last Transfer with which it left the wallet; null where nothing arrived. */
  readonly logOrder: number | null
  /** Credits of the token to the sender before that Transfer; null where there is none. */
  readonly creditsBefore: number | null
}

/** MONEY 12: arrival is the smaller one of what was sent and what was logged. */
export function tokenSwept(
  logs: readonly ReceiptLog[],
  sent: {
    readonly token: Address
    readonly from: Address
    readonly to: Address
    readonly amount: bigint
  },
): TokenSwept {
  const isReceiver = (address: Address) => address === sent.to
  const { arrived, last } = loggedSweep(logs, { ...sent, isReceiver })
  const arrivedAmount = smallerOf(arrived, sent.amount)
  return {
    arrivedAmount,
    overLogged: arrived - arrivedAmount,
    logOrder: last?.place ?? null,
    creditsBefore: last
      ? logs.filter((log) => log.place < last.place && isCredit(log)).length
      : null,
  }

  /** What the scanner stores as a deposit, and nothing else. */
  function isCredit(log: ReceiptLog): boolean {
    const transfer = readTransfer(log)
    if (transfer?.token !== sent.token) return false
    const { from, to, amount } = transfer
    return to === sent.from && from !== to && amount > 0n
  }
}
