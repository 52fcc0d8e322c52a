import type { Address } from '../address.ts'
import { largerOf, smallerOf } from '../amount.ts'
import type { AssetId } from '../chains/asset.ts'
import { encodeTransfer, readTransferCall } from '../chains/erc20.ts'
import type { MinedTransaction } from '../chains/mined-transaction.ts'
import { loggedSweep } from '../sweeps/token-swept.ts'
import type { BookedIntent, BookRows } from './book-store.ts'

/**
 * A mined transaction that the rows explain: an attempt of an intent, or an adopted external
 * transaction.
 */
export interface Movement {
  readonly mined: MinedTransaction
  /** `nothing` is an adopted transaction that moved nothing. Only its fee counts. */
  readonly kind: 'gas' | 'sweep' | 'drain' | 'cancel' | 'nothing'
  /** User wallet: the sender of a sweep, or the receiver of gas. */
  readonly wallet: Address
  readonly asset: AssetId
  /** Name of the row in reports: the intent's key, or the hash of an adopted transaction. */
  readonly row: string
  readonly intent: BookedIntent | undefined
}

/** The mined transactions that the rows name, at or below the reconciled block, by hash. */
export type MinedByHash = ReadonlyMap<string, MinedTransaction>

/**
 * Returns the mined transactions of the intents and of the adopted external transactions. An
 * external transaction that is not adopted, or was adopted as `foreign`, is left out.
 */
export function movementsOf(rows: BookRows, mined: MinedByHash): readonly Movement[] {
  return [...rows.intents.flatMap((intent) => ofIntent(intent, mined)), ...adopted(rows, mined)]
}

function ofIntent(intent: BookedIntent, mined: MinedByHash): readonly Movement[] {
  const { wallet, asset, key: row } = intent
  return intent.attempts.flatMap(({ hash, kind }): Movement[] => {
    const found = mined.get(hash)
    const step = kind === 'cancel' ? 'cancel' : intent.step
    return found ? [{ mined: found, kind: step, wallet, asset, row, intent }] : []
  })
}

function adopted(rows: BookRows, mined: MinedByHash): readonly Movement[] {
  const sweepOf = new Map(rows.sweeps.map((sweep) => [sweep.txHash, sweep]))
  return rows.external.flatMap(({ hash, kind, sender }): Movement[] => {
    const found = hash === null ? undefined : mined.get(hash)
    if (!found || kind === null || kind === 'foreign') return []
    const base = { mined: found, row: found.hash, intent: undefined }
    if (kind === 'gas') return [{ ...base, kind, wallet: found.to ?? sender, asset: 'native' }]
    const sweep = sweepOf.get(found.hash)
    return [{ ...base, kind, wallet: sender, asset: sweep?.asset ?? 'native' }]
  })
}

/**
 * Returns the amounts of a sweep in the smallest unit, from calldata and receipt alone. `arrived`
 * came to a cold wallet. `tokenFee` left the wallet but did not arrive. `overLogged` is the amount
 * by which the token's logs to the cold wallet exceed the sent amount.
 */
export function sweptBy(
  { mined, asset, wallet }: Pick<Movement, 'mined' | 'asset' | 'wallet'>,
  coldWallets: ReadonlySet<Address>,
): { readonly arrived: bigint; readonly tokenFee: bigint; readonly overLogged: bigint } {
  const nothing = { arrived: 0n, tokenFee: 0n, overLogged: 0n }
  if (!mined.ok) return nothing
  if (asset === 'native') {
    const isToCold = mined.to !== null && coldWallets.has(mined.to)
    return { ...nothing, arrived: isToCold ? mined.valueWei : 0n }
  }
  const { arrived: logged, elsewhere } = loggedSweep(mined.logs, {
    token: asset,
    from: wallet,
    isReceiver: (address) => coldWallets.has(address),
  })
  const sent = sentBy(mined, coldWallets)
  const arrived = sent === undefined ? logged : smallerOf(logged, sent)
  // The calldata shows the sent amount even if the token takes its fee without a log.
  const gone = arrived > 0n ? largerOf(arrived + elsewhere, sent ?? 0n) : elsewhere
  return { arrived, tokenFee: gone - arrived, overLogged: logged - arrived }
}

/** Returns the amount of the call `transfer(cold wallet, amount)`; undefined for other calls. */
function sentBy({ data }: MinedTransaction, coldWallets: ReadonlySet<Address>): bigint | undefined {
  return isTransferTo(data, coldWallets) ? readTransferCall(data).amount : undefined
}

/** Returns whether the calldata is exactly `transfer(receiver, amount)` to one of the receivers. */
export function isTransferTo(data: string, receivers: ReadonlySet<Address>): boolean {
  const isTo = (to: Address) => data.startsWith(encodeTransfer(to, 0n).slice(0, 74))
  return data.length === 138 && [...receivers].some(isTo)
}
