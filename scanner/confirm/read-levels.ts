import type { Address, Hash } from '../../domain/address.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import type { WalletToken } from '../../domain/deposits/backing-store.ts'
import { QuorumDisagrees, QuorumShort } from '../../domain/errors.ts'
import type { DepositWitness } from '../../domain/scan/deposit-witness.ts'
import { errorMessage } from '../../runtime/error-message.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'

export interface Place {
  readonly number: bigint
  readonly hash: Hash
}

export type LevelReading =
  | { readonly of: WalletToken; readonly at: Place; readonly balance: bigint }
  | {
      readonly of: WalletToken
      readonly reason: 'rpc-quorum' | 'rpc-disagreement'
      readonly detail: string
      /**
       * The endpoints have no common head. This outage does not count as a failure of the token.
       */
      readonly isOutage?: true
    }

/**
 * A scanner whose cursor is this far below the head is catching up. Nodes may have pruned the
 * cursor's state.
 */
const catchingUp = 64n
/** A token whose balance read fails this often is not asked again in the same pass. */
const failuresOfAToken = 2

/**
 * Reads the balances of all wallets at the same block: the cursor's block, below which rows have
 * every credit, or the newest block that enough endpoints have if that is lower. While the scanner
 * catches up, balances are read at the head if the cursor's state is pruned.
 */
export async function readLevels(
  of: readonly WalletToken[],
  cursor: Place,
  {
    reader,
    witness,
    width,
  }: { reader: ChainReader; witness?: DepositWitness | undefined; width: number },
): Promise<readonly LevelReading[]> {
  const source = witness ?? reader
  let head: Place
  try {
    head = await source.head()
  } catch (error) {
    const isShort = error instanceof QuorumShort
    if (!isShort && !(error instanceof QuorumDisagrees)) throw error
    const reason = isShort ? 'rpc-quorum' : 'rpc-disagreement'
    return of.map((one) => ({ of: one, reason, detail: error.message, isOutage: true }))
  }
  const first = head.number < cursor.number ? head : cursor
  const places = head.number - cursor.number > catchingUp ? [first, head] : [first]
  const failures = new Map<string, number>()

  async function balanceOf(one: WalletToken): Promise<LevelReading> {
    let words = `balanceOf of ${one.asset} fails`
    for (const at of places) {
      const key = `${one.asset as Address} ${at.hash}`
      if ((failures.get(key) ?? 0) >= failuresOfAToken) continue
      try {
        return { of: one, at, balance: await source.tokenBalance(one.asset, one.wallet, at.hash) }
      } catch (error) {
        failures.set(key, (failures.get(key) ?? 0) + 1)
        words = errorMessage(error)
        if (error instanceof QuorumDisagrees)
          return { of: one, reason: 'rpc-disagreement', detail: words }
      }
    }
    return { of: one, reason: 'rpc-quorum', detail: words }
  }

  return await mapConcurrently(of, width, balanceOf)
}
