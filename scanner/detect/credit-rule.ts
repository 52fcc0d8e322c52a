import type { Address } from '../../domain/address.ts'
import type { Log } from '../../domain/chains/block.ts'
import { readTransfer } from '../../domain/chains/erc20.ts'

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

/**
 * Decides whether a movement is a deposit, a refill or neither. The same rule applies to a block
 * and to a receipt (MONEY 13, 23).
 * - A movement of 0, or from an address to itself, credits nobody.
 * - A listed token credits a wallet whoever sent it: a keeper, the cold wallet and other user
 *   wallets too. Every balance of a wallet must be explained.
 * - Native coin credits a wallet unless a keeper paid, directly or through a contract.
 * - Native coin refills a keeper, even if another keeper sent it. An internal transfer from a
 *   keeper's transaction is no refill.
 * @param signers the transaction's sender as the block names it and as the receipt names it; the
 * two can differ (hiero-json-rpc-relay #2128)
 */
export function creditOf(
  { asset, from, to, amount, isInternal = false }: Movement,
  signers: readonly Address[],
  { tokens, keepers, isWallet }: Watch,
): Credit | undefined {
  if (to === null || amount === 0n || from === to) return undefined
  if (asset !== 'native') {
    return tokens.has(asset) && isWallet(to) ? { kind: 'deposit', to } : undefined
  }
  const isOfKeeper = [from, ...signers].some((payer) => keepers.has(payer))
  if (keepers.has(to)) return isInternal && isOfKeeper ? undefined : { kind: 'refill', to }
  return !isOfKeeper && isWallet(to) ? { kind: 'deposit', to } : undefined
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
