import type { Address, Hash } from '../../domain/address.ts'
import { arrivedAt } from '../../domain/books/judge-cold.ts'
import type { Movement } from '../../domain/books/movements.ts'
import type { ColdSums } from '../../domain/books/reconciliation.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'

type State = Pick<ChainState, 'head' | 'minedNonce' | 'code' | 'nativeBalance' | 'tokenBalance'>

const width = 8

/**
 * The cold wallet's balance of each asset that our sweeps brought there. A 0 is asked of the head,
 * as it may be forgotten state.
 */
export async function readCold(
  state: State,
  coldWallet: Address,
  movements: readonly Movement[],
  atBlock: Hash,
): Promise<readonly ColdSums[]> {
  const arrived = [...arrivedAt(coldWallet, movements)]
  if (arrived.length === 0) return []
  const head = await state.head()
  const [nonce, code] = await Promise.all([
    state.minedNonce(coldWallet),
    state.code(coldWallet, head.hash),
  ])
  const neverSent = nonce === 0n && code === '0x'
  return await mapConcurrently(arrived, width, async ([asset, amount]) => {
    const balanceAt = (hash: Hash) =>
      asset === 'native'
        ? state.nativeBalance(coldWallet, hash)
        : state.tokenBalance(asset, coldWallet, hash)
    const balance = await balanceAt(atBlock)
    return {
      coldWallet,
      asset,
      arrived: amount,
      balance: balance === 0n ? await balanceAt(head.hash) : balance,
      neverSent,
    }
  })
}
