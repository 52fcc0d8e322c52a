import type { Address, Hash } from '../../domain/address.ts'
import type { Log } from '../../domain/chains/block.ts'
import { readTransfer } from '../../domain/chains/erc20.ts'
import type { TokenState } from '../../domain/chains/nodes/chain-reader.ts'

/** A wallet, a token, and the block whose balance change is asked for. */
export interface ChangeQuestion {
  readonly token: Address
  readonly wallet: Address
  readonly block: Hash
  readonly parent: Hash
}

/**
 * Returns the balance of a wallet after a block minus its balance after the parent. A node that has
 * pruned the state of either block has no code of the token there either. It answers with an error
 * or without bytes, which is no balance, so a pruned parent never counts as a balance of 0.
 * @throws errors of the reads, for example if the state cannot be read
 */
export async function readBalanceChange(
  state: TokenState,
  { token, wallet, block, parent }: ChangeQuestion,
): Promise<bigint> {
  const [after, before] = await Promise.all([
    state.tokenBalance(token, wallet, block),
    state.tokenBalance(token, wallet, parent),
  ])
  return after - before
}

/**
 * Largest sum, which fits a numeric(78,0) column. The sum of a hostile token's logs may be larger.
 */
const most = 2n ** 256n - 1n

/**
 * Sums the amounts that left each wallet according to the logs of a block. The result returns the
 * sum of a token and wallet.
 */
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
