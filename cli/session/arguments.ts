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

/** `waiting`, or `waiting(keeper-low)`: the reason narrows it down. */
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

/** One of several: commander gives those before. */
export function noncesArgument(
  text: string,
  before: readonly bigint[] | undefined,
): readonly bigint[] {
  return [...(before ?? []), BigInt(wholeNumber(text, 0, "a transaction's nonce, such as 7"))]
}

/** SHA-256 as `audit verify` prints it. */
export function hashArgument(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new InvalidArgumentError('Wanted: 64 hex digits.')
  return text
}

export function transactionArgument(text: string): Hash {
  if (!isHash(text)) throw new InvalidArgumentError('Wanted: "0x" and 64 hex digits.')
  return toHash(text)
}

export function walletArgument(text: string): Address {
  if (!isAddress(text)) throw new InvalidArgumentError('Wanted: "0x" and 40 hex digits.')
  return toAddress(text)
}

/**
 * An address whose EIP-55 checksum is right: one-case spellings have none, so a mistyped one would
 * pass.
 */
export function checksummedArgument(text: string): Address {
  const address = walletArgument(text)
  if (/^0x0+$/.test(address)) throw new InvalidArgumentError('It is the zero address.')
  if (toEip55(address) === text) return address
  throw new InvalidArgumentError(
    'Its EIP-55 checksum is missing or wrong: compare it with its source, digit by digit.',
  )
}

export function workerLoopArgument(text: string): WorkerLoop {
  const loop = workerLoops.find((name) => name === text)
  if (loop === undefined) throw new InvalidArgumentError(`Wanted: ${workerLoops.join(', ')}.`)
  return loop
}

/** Text that an audit can be read by later: blank is as good as missing. */
export function wordsArgument(text: string): string {
  const words = text.trim()
  if (words === '') throw new InvalidArgumentError('It must not be empty.')
  return words
}

export function stateArgument(text: string): StateFilter {
  const match = /^([a-z-]+)(?:\((.*)\))?$/.exec(text.trim())
  const state = depositStates.find((name) => name === match?.[1])
  if (state === undefined) {
    throw new InvalidArgumentError(
      `Wanted: one of ${depositStates.join(', ')}, or one with its reason, such as "waiting(keeper-low)".`,
    )
  }
  return { state, reason: match?.[2] }
}

function wholeNumber(text: string, min: number, wanted: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < min) {
    throw new InvalidArgumentError(`Wanted: ${wanted}.`)
  }
  return value
}
