import type { Address, Hash } from '../../domain/address.ts'
import type { TokenState } from '../../domain/chains/nodes/token-state.ts'

export interface ChangeQuestion {
  readonly token: Address
  readonly wallet: Address
  readonly block: Hash
  readonly parent: Hash
}

/**
 * The wallet's balance after a block less the one after its parent. A node that has pruned the
 * state and answers 0 makes the change too small, never too large: then the level decides.
 * @throws what a read throws: the state can't be read
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
