import { getAddress } from 'viem/utils'
import { type Address, type Hex, isAddress } from '../../domain/address.ts'
import { printable } from '../../domain/printable.ts'
import { readKey } from './key-source.ts'
import { asReadText, mostBytes } from './spelling.ts'

/**
 * Faults of a wallet's rows in `userwallet`. `contradicting-rows`: one row has the wallet's key,
 * and another row of the same address has another key or none.
 */
export const walletFaults = [
  'bad-address',
  'no-key',
  'bad-key',
  'key-of-another',
  'contradicting-rows',
] as const
export type WalletFault = (typeof walletFaults)[number]

/** A faulty wallet, without any part of a key (MONEY 19). */
export interface FaultyWallet {
  readonly fault: WalletFault
  /** EIP-55; for `bad-address` the cell, as far as it can be shown. */
  readonly address: string
}

/** A row of `columnsOf`. A cell that is too long to be an address or a key is null. */
export interface WalletRow {
  readonly address: string | null
  readonly key: string | null
  /** Whether the cell of the key has a text, even if the text is too long. */
  readonly has_key: boolean
}

/** Selects a WalletRow, with the address as the scanner reads it. */
export const columnsText = `
  case when octet_length(address::text) <= ${mostBytes} then ${asReadText} end as address,
  case when octet_length(private_key::text) <= ${mostBytes} then private_key::text end as key,
  octet_length(coalesce(private_key::text, '')) > 0 as has_key`

export type AddressOfKey = (key: Hex) => Address | undefined

/** Counts over the rows of one address. */
export interface Tally {
  readonly address: string
  readonly rows: number
  /** Rows with the key of the address. */
  readonly fitting: number
  /** Rows with a key of another address. */
  readonly foreign: number
  /** Rows with a text that is no key. */
  readonly unreadable: number
}

/** Derives the address of the row's key and adds the row to the tally of its address. */
export function tally(
  before: Tally | undefined,
  row: WalletRow,
  addressOfKey: AddressOfKey,
): Tally {
  const address = row.address ?? ''
  const { rows = 0, fitting = 0, foreign = 0, unreadable = 0 } = before ?? {}
  const owner = isAddress(address) ? readKey(row.key).map(addressOfKey)[0] : undefined
  return {
    address,
    rows: rows + 1,
    fitting: fitting + (owner !== undefined && owner === address ? 1 : 0),
    foreign: foreign + (owner !== undefined && owner !== address ? 1 : 0),
    unreadable: unreadable + (owner === undefined && row.has_key ? 1 : 0),
  }
}

/** Judges like the signer, for which one row with the right key is enough. */
export function judgeTally(seen: Tally): FaultyWallet | undefined {
  const { address, rows, fitting, foreign, unreadable } = seen
  if (!isAddress(address)) return { fault: 'bad-address', address: shownCell(address) }
  if (fitting === rows) return undefined
  const faulty = (fault: WalletFault) => ({ fault, address: getAddress(address) })
  if (fitting > 0) return faulty('contradicting-rows')
  if (foreign > 0) return faulty('key-of-another')
  return faulty(unreadable > 0 ? 'bad-key' : 'no-key')
}

/** A longer text may be a key in the wrong column. */
const mostShown = 42

/** Shows a cell that is no address. */
export function shownCell(text: string): string {
  if (text === '') return '(empty)'
  if (text.length <= mostShown) return `"${printable(text)}"`
  return `(a text of ${text.length} characters, hidden because it may be a key)`
}
