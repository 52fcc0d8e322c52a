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
import type { DrainDestination } from '../../domain/lanes/transaction.ts'
import { type Shell, shells } from './shells.ts'

/** `waiting`, or `waiting(keeper-low)` with a reason. */
export interface StateFilter {
  readonly state: DepositState
  readonly reason: string | undefined
}

export const workerLoops = ['temporal', 'intake', 'relay', 'lanes'] as const
export type WorkerLoop = (typeof workerLoops)[number]

/**
 * Returns a chain's id, or its name in coldsweep.yaml as text. Digits are an id; `resolveChain`
 * replaces a name by its id before the verb runs. Like every parser in this file, it rejects other
 * text with `InvalidArgumentError`.
 */
export function chainIdArgument(text: string): number | string {
  const wanted = 'a chain id or the name of a chain, such as 56 or bsc'
  if (/^\d+$/.test(text)) return wholeNumber(text, 1, wanted)
  if (!isName(text)) throw new InvalidArgumentError(`Expected ${wanted}.`)
  return text
}

export function countArgument(text: string): number {
  return wholeNumber(text, 1, 'a whole number from 1')
}

export function heightArgument(text: string): bigint {
  return BigInt(wholeNumber(text, 0, "a block's height, such as 44000000"))
}

/** Parses one `--accept-nonce` option, and adds its nonce to the nonces of earlier options. */
export function noncesArgument(
  text: string,
  before: readonly bigint[] | undefined,
): readonly bigint[] {
  return [...(before ?? []), BigInt(wholeNumber(text, 0, "a transaction's nonce, such as 7"))]
}

/** Parses a SHA-256 hash as printed by `audit verify`. */
export function hashArgument(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('Expected 64 hex digits.')
  return text
}

/** Receiver of a drain. An address is rejected, because only registered receivers are allowed. */
export function drainArgument(text: string): DrainDestination {
  if (text === 'keeper' || text === 'cold-wallet') return text
  throw new InvalidArgumentError(
    'Expected "keeper" (the current keeper) or "cold-wallet"; an address is not accepted.',
  )
}

/** Key of a reconcile difference, in upper or lower case. */
export function keyArgument(text: string): string {
  const key = text.trim().toLowerCase()
  if (!/^[0-9a-f]{16}$/.test(key))
    throw new InvalidArgumentError('Expected the 16 hex digits that "coldsweep reconcile" shows.')
  return key
}

export function transactionArgument(text: string): Hash {
  if (!isHash(text)) throw new InvalidArgumentError('Expected "0x" and 64 hex digits.')
  return toHash(text)
}

/**
 * An address in lower case, in upper case, or with its EIP-55 checksum. A wrong checksum is an
 * error: the address was mistyped, and a list would be empty without a cause.
 */
export function walletArgument(text: string): Address {
  const given = text.trim().replace(/^0X/, '0x')
  if (!isAddress(given)) throw new InvalidArgumentError('Expected "0x" and 40 hex digits.')
  const digits = given.slice(2)
  const hasOneCase = digits === digits.toLowerCase() || digits === digits.toUpperCase()
  const right = toEip55(toAddress(given))
  if (hasOneCase || right === given) return toAddress(given)
  throw new InvalidArgumentError(
    `EIP-55 checksum mismatch: compare every digit with the address’s source; if all match, write ${right} or use lower case.`,
  )
}

/**
 * Parses an address with a valid EIP-55 checksum. An address in only upper or only lower case has
 * no checksum and is rejected, because a mistyped address would pass.
 */
export function checksummedArgument(text: string): Address {
  if (!isAddress(text)) throw new InvalidArgumentError('Expected "0x" and 40 hex digits.')
  const address = toAddress(text)
  if (/^0x0+$/.test(address)) throw new InvalidArgumentError('The zero address is not allowed.')
  if (toEip55(address) === text) return address
  throw new InvalidArgumentError(
    'EIP-55 checksum missing or wrong: compare every digit with the address’s source.',
  )
}

export function shellArgument(text: string): Shell {
  const shell = shells.find((name) => name === text)
  if (shell === undefined) throw new InvalidArgumentError(`Expected one of ${shells.join(', ')}.`)
  return shell
}

export function workerLoopArgument(text: string): WorkerLoop {
  const loop = workerLoops.find((name) => name === text)
  if (loop === undefined)
    throw new InvalidArgumentError(`Expected one of ${workerLoops.join(', ')}.`)
  return loop
}

/** Parses a text for the audit. Rejects blank text. */
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

/** A chain's name as the schema of coldsweep.yaml accepts it. */
function isName(text: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}._+$₮-]{0,31}$/u.test(text)
}

function wholeNumber(text: string, min: number, wanted: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min) {
    throw new InvalidArgumentError(`Expected ${wanted}.`)
  }
  return value
}
