import type { Address } from '../address.ts'
import { smallerOf } from '../amount.ts'
import type { ReceiptLog } from '../chains/block.ts'
import { readTransfer } from '../chains/erc20.ts'

/**
 * Result of one `transfer(to, sent)` of a token, according to its receipt. Amounts in the smallest
 * unit.
 */
export interface TokenSwept {
  /**
   * Amount that came to the receiver. It is at most the sent amount, because a token may log one
   * movement twice. It is less than the sent amount if the token keeps a fee.
   */
  readonly arrivedAmount: bigint
  /** Logged amount above the sent amount. */
  readonly overLogged: bigint
  /** Place of the last Transfer out of the wallet; null where nothing arrived. */
  readonly logOrder: number | null
  /**
   * Number of credits of the token to the sender that are logged before that Transfer; null where
   * nothing arrived.
   */
  readonly creditsBefore: number | null
}

/**
 * MONEY 12: reads from a receipt's logs how much of a token transfer arrived. The arrived amount is
 * the smaller of the sent amount and the logged amount.
 */
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

  /** Applies the same condition as the scanner, which stores such a log as a deposit. */
  function isCredit(log: ReceiptLog): boolean {
    const transfer = readTransfer(log)
    if (transfer?.token !== sent.token) return false
    const { from, to, amount } = transfer
    return to === sent.from && from !== to && amount > 0n
  }
}

/**
 * Amounts of a token that a wallet sent, according to the logs of a receipt, in the smallest unit.
 */
export interface LoggedSweep {
  /** Amount that came to the receivers. */
  readonly arrived: bigint
  /** Amount that left the wallet to other addresses. */
  readonly elsewhere: bigint
  /** Log of the last Transfer out of the wallet; undefined where nothing arrived. */
  readonly last: ReceiptLog | undefined
}

/**
 * Reads how much of a token went from a wallet to its receivers. Most tokens log one Transfer from
 * the wallet to the receiver. Some tokens log a pair of Transfers instead: one from the wallet to
 * another address, and one to the receiver. Compound III burns and mints; other tokens transfer
 * through their contract. A pair counts only if the receipt has no direct Transfer. The amount of a
 * pair is the smaller of its two amounts, because the second Transfer may contain interest.
 */
export function loggedSweep(
  logs: readonly ReceiptLog[],
  of: {
    readonly token: Address
    readonly from: Address
    readonly isReceiver: (address: Address) => boolean
  },
): LoggedSweep {
  let [direct, elsewhere, received] = [0n, 0n, 0n]
  let lastDirect: ReceiptLog | undefined
  let lastElsewhere: ReceiptLog | undefined
  for (const log of logs) {
    const transfer = readTransfer(log)
    if (transfer?.token !== of.token) continue
    const { from, to, amount } = transfer
    if (from !== of.from) {
      if (of.isReceiver(to) && from !== to) received += amount
    } else if (of.isReceiver(to)) {
      direct += amount
      lastDirect = log
    } else if (to !== from) {
      elsewhere += amount
      lastElsewhere = log
    }
  }
  const between = lastDirect ? 0n : smallerOf(elsewhere, received)
  if (between === 0n) return { arrived: direct, elsewhere, last: lastDirect }
  return { arrived: between, elsewhere: elsewhere - between, last: lastElsewhere }
}
