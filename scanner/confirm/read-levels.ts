import type { Address, Hash } from '../../domain/address.ts'
import type { ChainReader } from '../../domain/chains/nodes/chain-reader.ts'
import type { WalletToken } from '../../domain/deposits/backing-store.ts'
import { QuorumDisagrees, QuorumShort } from '../../domain/errors.ts'
import type { DepositWitness } from '../../domain/scan/deposit-witness.ts'
import { errorMessage } from '../../runtime/error-message.ts'
import { mapConcurrently } from '../../runtime/map-concurrently.ts'

/** A block of the chain. */
export interface Place {
  readonly number: bigint
  readonly hash: Hash
}

/** A wallet's balance of a token, or the reason why it cannot be read. */
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
/**
 * After this many failed reads at one block, a token is not read again at that block in the same
 * pass.
 */
const failuresOfAToken = 2

/**
 * Reads the balances of all wallets at the same block. This is the cursor's block, because the rows
 * have every credit up to this block, or the newest block that enough endpoints have if that block
 * is lower. While the scanner catches up, balances are read at the head if the cursor's state is
 * pruned.
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
