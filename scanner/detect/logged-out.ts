import type { Address } from '../../domain/address.ts'
import type { Log } from '../../domain/chains/block.ts'
import { readTransfer } from '../../domain/chains/erc20.ts'

/** A column of numeric(78,0) holds no more; a hostile token's logs may add up to more. */
const most = 2n ** 256n - 1n

/** What the logs of a block say went out of each wallet, by token. */
export function loggedOut(logs: readonly Log[]): (token: Address, wallet: Address) => bigint {
  const sums = new Map<string, bigint>()
  for (const log of logs) {
    const transfer = readTransfer(log)
    if (!transfer || transfer.from === transfer.to) continue
    const key = `${transfer.token} ${transfer.from}`
    const sum = (sums.get(key) ?? 0n) + transfer.amount
    sums.set(key, sum < most ? sum : most)
  }
  return (token, wallet) => sums.get(`${token} ${wallet}`) ?? 0n
}
