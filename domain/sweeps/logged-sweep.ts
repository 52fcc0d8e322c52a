import type { Address } from '../address.ts'
import { smallerOf } from '../amount.ts'
import type { ReceiptLog } from '../chains/block.ts'
import { readTransfer } from '../chains/erc20.ts'

/** What a receipt logs of a token's way from a wallet to its receivers. Smallest units. */
export interface LoggedSweep {
  readonly arrived: bigint
  /** What left the wallet for anybody else. */
  readonly elsewhere: bigint
  /** With which the last of it left the wallet; undefined where nothing arrived. */
  readonly last: ReceiptLog | undefined
}

/**
 * Most tokens log one Transfer from the wallet to the receiver. Some log none, and two in its
 * place: from the wallet to an address between, and from there or from another one to the receiver.
 * Compound III burns and mints, others pass through their own contract. Only where there is no
 * direct one does such a pair count, as far as both sides agree: interest may be minted beside it.
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
