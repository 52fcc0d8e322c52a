import type { Address } from '../address.ts'
import { smallerOf } from '../amount.ts'
import type { ReceiptLog } from '../chains/block.ts'
import { readTransfer } from '../chains/erc20.ts'

/** Result of one `transfer(to, sent)` of a token, by its receipt. Smallest units. */
export interface TokenSwept {
  /**
   * At most the sent amount: a token may log one movement twice. A token that keeps a fee delivers
   * less.
   */
  readonly arrivedAmount: bigint
  /** Logged amount above the sent amount. */
  readonly overLogged: bigint
  /** Place of the last Transfer by which the amount left the wallet; null where nothing arrived. */
  readonly logOrder: number | null
  /** Credits of the token to the sender before that Transfer; null without that Transfer. */
  readonly creditsBefore: number | null
}

/** MONEY 12: the smaller one of sent and logged amount has arrived. */
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

  /** The same condition by which the scanner stores a deposit. */
  function isCredit(log: ReceiptLog): boolean {
    const transfer = readTransfer(log)
    if (transfer?.token !== sent.token) return false
    const { from, to, amount } = transfer
    return to === sent.from && from !== to && amount > 0n
  }
}

/** Logs of a receipt about a token's way from a wallet to its receivers. Smallest units. */
export interface LoggedSweep {
  readonly arrived: bigint
  /** Amount that left the wallet to other addresses. */
  readonly elsewhere: bigint
  /** Log by which the last of it left the wallet; undefined where nothing arrived. */
  readonly last: ReceiptLog | undefined
}

/**
 * Most tokens log one Transfer from the wallet to the receiver. Some log a pair instead: from the
 * wallet to an address in between, and from there or from another address to the receiver. Compound
 * III burns and mints; others pass through their own contract. A pair counts only without a direct
 * Transfer, and only as far as both sides agree: interest may be minted in addition.
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
