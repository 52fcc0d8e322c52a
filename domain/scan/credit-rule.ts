import type { Address } from '../address.ts'
import type { BlockTransaction, InternalTransfer, Log, Receipt } from '../chains/block.ts'
import { readTransfer } from '../chains/erc20.ts'
import type { Position } from '../deposits/deposit-id.ts'

/** Addresses that the scanner of one chain looks for. Lower case. */
export interface Watch {
  readonly chainId: number
  readonly tokens: ReadonlySet<Address>
  /** Current and retired keepers: native coin from any of them is no deposit (MONEY 13). */
  readonly keepers: ReadonlySet<Address>
  /** May have false positives, never false negatives. */
  readonly isWallet: (address: Address) => boolean
}

/** Native coin or tokens that went from one address to another. */
export interface Movement {
  readonly asset: 'native' | Address
  readonly from: Address
  /** null: the transaction creates a contract. */
  readonly to: Address | null
  readonly amount: bigint
  /** Native coin that a contract moved. */
  readonly isInternal?: boolean
}

/** A deposit of a user wallet, or a refill of a keeper. */
export interface Credit {
  readonly kind: 'deposit' | 'refill'
  readonly to: Address
}

/** Why a movement credits nobody. */
export type NoCredit =
  /** A transaction that creates a contract has no receiver. */
  | 'no-receiver'
  | 'zero'
  | 'to-itself'
  | 'unlisted-token'
  /** The receiver is neither a user wallet nor, for native coin, a keeper. */
  | 'unknown-receiver'
  | 'keeper-money'

/**
 * Decides whether a movement is a deposit, a refill or neither, and in this case why. The same rule
 * applies to a block, to a receipt and to an operator's question (MONEY 13, 23).
 * - A movement of 0, or from an address to itself, credits nobody.
 * - A listed token from any sender credits a wallet: a keeper, the cold wallet and other user
 *   wallets too. Every balance of a wallet must be explained.
 * - Native coin credits a wallet unless a keeper paid, directly or through a contract.
 * - Native coin refills a keeper, even if another keeper sent it. An internal transfer from a
 *   keeper's transaction is no refill.
 * @param signers the transaction's sender as the block names it and as the receipt names it; the
 * two can differ (hiero-json-rpc-relay #2128)
 */
export function judgeMovement(
  { asset, from, to, amount, isInternal = false }: Movement,
  signers: readonly Address[],
  { tokens, keepers, isWallet }: Watch,
): Credit | NoCredit {
  if (to === null) return 'no-receiver'
  if (amount === 0n) return 'zero'
  if (from === to) return 'to-itself'
  if (asset !== 'native') {
    if (!tokens.has(asset)) return 'unlisted-token'
    return isWallet(to) ? { kind: 'deposit', to } : 'unknown-receiver'
  }
  const isOfKeeper = [from, ...signers].some((payer) => keepers.has(payer))
  if (keepers.has(to)) return isInternal && isOfKeeper ? 'keeper-money' : { kind: 'refill', to }
  if (!isWallet(to)) return 'unknown-receiver'
  return isOfKeeper ? 'keeper-money' : { kind: 'deposit', to }
}

export function creditOf(
  movement: Movement,
  signers: readonly Address[],
  watch: Watch,
): Credit | undefined {
  const verdict = judgeMovement(movement, signers, watch)
  return typeof verdict === 'string' ? undefined : verdict
}

/** A movement, and its place in the transaction. */
export interface PlacedMovement extends Movement {
  readonly position: Position
  readonly logOrder: number
}

/**
 * All movements of a transaction in chain order: its own value, its internal transfers, its logs.
 * A failed transaction moves nothing, so the caller checks the receipt's status.
 */
export function movementsOf(
  { from, to, value }: Pick<BlockTransaction, 'from' | 'to' | 'value'>,
  internal: readonly InternalTransfer[],
  { logs }: Pick<Receipt, 'logs'>,
): readonly PlacedMovement[] {
  return [
    { asset: 'native', from, to, amount: value, position: 'native', logOrder: -1 },
    ...internal.map(
      (one): PlacedMovement => ({
        ...movedInside(one),
        position: `native-${one.path}`,
        logOrder: one.order,
      }),
    ),
    ...logs.flatMap((log): readonly PlacedMovement[] => {
      const movement = movementOf(log)
      return movement ? [{ ...movement, position: `${log.place}`, logOrder: log.place }] : []
    }),
  ]
}

/** The movement of an internal transfer. */
export function movedInside({ from, to, value }: InternalTransfer) {
  return { asset: 'native', from, to, amount: value, isInternal: true } as const
}

/** @returns the movement that an ERC-20 Transfer log claims; undefined for any other log */
export function movementOf(log: Log): (Movement & { readonly to: Address }) | undefined {
  const transfer = readTransfer(log)
  if (!transfer) return undefined
  const { token, from, to, amount } = transfer
  return { asset: token, from, to, amount }
}

/** @returns the wallet that a Transfer log credits */
export function walletCredited(log: Log, watch: Watch): Address | undefined {
  const movement = movementOf(log)
  return movement && creditOf(movement, [], watch)?.to
}
