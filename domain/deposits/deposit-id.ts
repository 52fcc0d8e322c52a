import { type Hash, isHash } from '../address.ts'

/**
 * Place of a deposit inside its transaction: the log's place among the transaction's logs, `native`
 * for the transaction's value, or `native-<trace path>` for an internal transfer. It is not the
 * block-wide logIndex, which changes when a reorg moves the transaction to another block.
 */
export type Position = `${number}` | 'native' | `native-${string}`

export interface DepositKey {
  readonly chainId: number
  readonly txHash: Hash
  readonly position: Position
}

const positionPattern = /^(\d+|native|native-\d+(?:\.\d+)*)$/

/** Characters. Enough for a trace path of 1,024 nested calls, the depth limit of the EVM. */
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
      `not a deposit id: "${id}" (the position is not a log's place, "native" or "native-<path>")`,
    )
  }
  return {
    chainId: Number(chain),
    txHash: hash.toLowerCase() as Hash,
    position: position as Position,
  }
}
