import type { Address } from './address.ts'
import { smallerOf } from './amount.ts'
import type { ReceiptLog } from './block.ts'
import { readTransfer } from './erc20.ts'

/** What the receipt of one `transfer(to, sent)` says about the token that was called. Smallest units. */
export interface TokenSwept {
  /** No more than was sent: a token may log one movement twice. A token that keeps a fee delivers less. */
  readonly arrivedAmount: bigint
  /** Logged above what was sent. */
  readonly overLogged: bigint
  /** Place of the last Transfer to the receiver; null where there is none. */
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
  let logged = 0n
  let logOrder: number | null = null
  let creditsBefore: number | null = null
  let credits = 0
  for (const log of logs) {
    const transfer = readTransfer(log)
    if (transfer?.token !== sent.token) continue
    const { from, to, amount } = transfer
    // What the scanner stores as a deposit, and nothing else.
    if (to === sent.from && from !== to && amount > 0n) credits += 1
    if (from !== sent.from || to !== sent.to) continue
    logged += amount
    logOrder = log.place
    creditsBefore = credits
  }
  const arrivedAmount = smallerOf(logged, sent.amount)
  return { arrivedAmount, overLogged: logged - arrivedAmount, logOrder, creditsBefore }
}
