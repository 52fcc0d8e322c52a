import { type Hash, isHash } from '../address.ts'

/**
 * Place of a deposit inside its own transaction: the log's place among that transaction's logs,
 * `native`, or `native-<trace path>` for an internal transfer. Never the block-wide logIndex, which
 * changes when a reorg includes the transaction again.
 */
export type Position = `${number}` | 'native' | `native-${string}`

export interface DepositKey {
  readonly chainId: number
  readonly txHash: Hash
  readonly position: Position
}

const positionPattern = /^(\d+|native|native-\d+(?:\.\d+)*)$/

/** Fits a trace path of a thousand calls, the depth limit of the EVM. */
const longestId = 8_192

export function formatDepositId(key: DepositKey): string {
  return `${key.chainId}:${key.txHash}:${key.position}`
}

/** Throws an error that names the wrong part: ids come from messages and from people. */
export function parseDepositId(id: string): DepositKey {
  if (id.length > longestId) throw new Error(`not a deposit id: ${id.length} characters`)
  const [chain = '', hash = '', position = '', ...rest] = id.split(':')
  if (rest.length > 0 || !/^[1-9]\d*$/.test(chain)) {
    throw new Error(`not a deposit id: "${id}" (expected chainId:txHash:position)`)
  }
  if (!isHash(hash)) throw new Error(`not a deposit id: "${id}" (the transaction hash is wrong)`)
  if (!positionPattern.test(position)) {
    throw new Error(`not a deposit id: "${id}" (the position is a log's place, or "native")`)
  }
  return {
    chainId: Number(chain),
    txHash: hash.toLowerCase() as Hash,
    position: position as Position,
  }
}
