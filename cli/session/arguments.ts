import { InvalidArgumentError } from 'commander'
import { toEip55 } from '../../adapters/viem/to-eip55.ts'
import {
  type Address,
  type Hash,
  isAddress,
  isHash,
  toAddress,
  toHash,
} from '../../domain/address.ts'
import { type DepositState, depositStates } from '../../domain/deposits/deposit-state.ts'

/** `waiting`, or `waiting(keeper-low)` with a reason. */
export interface StateFilter {
  readonly state: DepositState
  readonly reason: string | undefined
}

const workerLoops = ['temporal', 'intake', 'relay', 'lanes'] as const
export type WorkerLoop = (typeof workerLoops)[number]

export function chainIdArgument(text: string): number {
  return wholeNumber(text, 1, 'a chain id, such as 56')
}

export function countArgument(text: string): number {
  return wholeNumber(text, 1, 'a whole number from 1')
}

export function heightArgument(text: string): bigint {
  return BigInt(wholeNumber(text, 0, "a block's height, such as 44000000"))
}

/** Adds one nonce to the nonces of earlier `--accept-nonce` options. */
export function noncesArgument(
  text: string,
  before: readonly bigint[] | undefined,
): readonly bigint[] {
  return [...(before ?? []), BigInt(wholeNumber(text, 0, "a transaction's nonce, such as 7"))]
}

/** A SHA-256 hash as printed by `audit verify`. */
export function hashArgument(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('Expected 64 hex digits.')
  return text
}

export function transactionArgument(text: string): Hash {
  if (!isHash(text)) throw new InvalidArgumentError('Expected "0x" and 64 hex digits.')
  return toHash(text)
}

export function walletArgument(text: string): Address {
  if (!isAddress(text)) throw new InvalidArgumentError('Expected "0x" and 40 hex digits.')
  return toAddress(text)
}

/**
 * An address with a valid EIP-55 checksum. Spellings in one case have no checksum and are rejected,
 * because a mistyped address would pass.
 */
export function checksummedArgument(text: string): Address {
  const address = walletArgument(text)
  if (/^0x0+$/.test(address)) throw new InvalidArgumentError('The zero address is not allowed.')
  if (toEip55(address) === text) return address
  throw new InvalidArgumentError(
    'EIP-55 checksum missing or wrong: compare every digit with the address’s source.',
  )
}

export function workerLoopArgument(text: string): WorkerLoop {
  const loop = workerLoops.find((name) => name === text)
  if (loop === undefined)
    throw new InvalidArgumentError(`Expected one of ${workerLoops.join(', ')}.`)
  return loop
}

/** Text for the audit. Blank text is rejected like missing text. */
export function wordsArgument(text: string): string {
  const words = text.trim()
  if (words === '') throw new InvalidArgumentError('Must not be empty.')
  return words
}

export function stateArgument(text: string): StateFilter {
  const match = /^([a-z-]+)(?:\((.*)\))?$/.exec(text.trim())
  const state = depositStates.find((name) => name === match?.[1])
  if (state === undefined) {
    throw new InvalidArgumentError(
      `Expected one of ${depositStates.join(', ')}, optionally with a reason, such as "waiting(keeper-low)".`,
    )
  }
  return { state, reason: match?.[2] }
}

function wholeNumber(text: string, min: number, wanted: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min) {
    throw new InvalidArgumentError(`Expected ${wanted}.`)
  }
  return value
}
