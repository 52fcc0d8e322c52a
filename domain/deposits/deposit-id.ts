import { type Address, type Hash, isHash } from '../address.ts'
import type { AssetId } from '../chains/asset.ts'

/**
 * Place of a deposit inside its transaction: the log's place among the transaction's logs, `native`
 * for the transaction's value, or `native-<trace path>` for an internal transfer. The block-wide
 * logIndex is not used, because it changes when a reorg moves the transaction to another block. An
 * opening balance has no transaction: its position is `opening-<wallet>-<asset>`, and the hash in
 * its id is the hash of the block at which the balance was read. A part that an earlier sweep moved
 * ends in the place of that sweep, `-<block>-<transaction index>`.
 */
export type Position =
  | `${number}`
  | 'native'
  | `native-${string}`
  | `opening-${Address}-${AssetId}`
  | `opening-${Address}-${AssetId}-${bigint}-${number}`

/** The parts of a deposit id, `chainId:txHash:position`. */
export interface DepositKey {
  readonly chainId: number
  readonly txHash: Hash
  readonly position: Position
}

const positionPattern =
  /^(\d+|native|native-\d+(?:\.\d+)*|opening-0x[0-9a-f]{40}-(?:native|0x[0-9a-f]{40})(?:-\d+(?:-\d+)?)?)$/

/**
 * Most characters of an id: enough for a trace path of 1,024 nested calls, the depth limit of the
 * EVM.
 */
const longestId = 8_192

export function formatDepositId(key: DepositKey): string {
  return `${key.chainId}:${key.txHash}:${key.position}`
}

/** Parses an id from a message or an operator. Throws an error that names the wrong part. */
export function parseDepositId(id: string): DepositKey {
  if (id.length > longestId) throw new Error(`not a deposit id: ${id.length} characters`)
  const [chain = '', hash = '', position = '', ...rest] = id.split(':')
  if (rest.length > 0 || !/^[1-9]\d*$/.test(chain)) {
    throw new Error(`not a deposit id: "${id}" (expected chainId:txHash:position)`)
  }
  if (!isHash(hash)) throw new Error(`not a deposit id: "${id}" (the transaction hash is wrong)`)
  if (!positionPattern.test(position)) {
    throw new Error(
      `not a deposit id: "${id}" (the position is not a log's place, "native", "native-<path>" or "opening-<wallet>-<asset>")`,
    )
  }
  return {
    chainId: Number(chain),
    txHash: hash.toLowerCase() as Hash,
    position: position as Position,
  }
}

/**
 * Position of the opening balance of a wallet's asset (MONEY 25).
 * @param sweptIn place of the earlier sweep that moved this part; undefined for the other part
 */
export const openingPosition = (
  wallet: Address,
  asset: AssetId,
  sweptIn?: { readonly blockNumber: bigint; readonly txIndex: number },
): Position =>
  sweptIn === undefined
    ? `opening-${wallet}-${asset}`
    : `opening-${wallet}-${asset}-${sweptIn.blockNumber}-${sweptIn.txIndex}`

/** Returns whether the position is that of an opening balance, which is no user's deposit. */
export const isOpening = (position: string): boolean => position.startsWith('opening-')

/** Returns whether a deposit at this position is native coin. */
export const isNativePosition = (position: Position): boolean =>
  isOpening(position) ? position.split('-')[2] === 'native' : position.startsWith('native')
