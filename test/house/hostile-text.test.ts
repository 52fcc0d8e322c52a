import { describe, expect, it } from 'vitest'
import { readKey } from '../../adapters/central/key-source.ts'
import { spelt } from '../../adapters/central/spelling.ts'
import { readBatch } from '../../adapters/central/wallet-book.ts'
import { isRevert } from '../../adapters/viem/node-errors/is-revert.ts'
import { isTransient } from '../../adapters/viem/node-errors/is-transient.ts'
import { lacksMethod } from '../../adapters/viem/node-errors/lacks-method.ts'
import { excerptOf } from '../../adapters/viem/transport/excerpt.ts'
import { isAddress, isHash } from '../../domain/address.ts'
import { parseDepositId } from '../../domain/deposits/deposit-id.ts'
import { redactText, withoutSecrets } from '../../domain/errors.ts'
import { printable } from '../../domain/printable.ts'
import { suggestedWidth } from '../../scanner/detect/suggested-width.ts'

const thrown = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}

/** Functions that read untrusted text from the central table, nodes, messages and people. */
const readers: Readonly<Record<string, (text: string) => unknown>> = {
  spelt,
  readBatch: (address) => readBatch([{ address }]),
  readKey,
  withoutSecrets,
  printable,
  redactText,
  excerptOf: (body) => excerptOf(body, (words) => words),
  isAddress,
  isHash,
  parseDepositId: (id) => thrown(() => parseDepositId(id)),
  suggestedWidth: (words) => suggestedWidth(words, 1_000),
  isRevert: (message) => isRevert({ message: message.slice(0, 2_000) }),
  lacksMethod: (message) => lacksMethod({ message: message.slice(0, 2_000) }),
  isTransient: (message) => isTransient({ message: message.slice(0, 2_000) }),
}

const hostile = [
  ' ',
  'a',
  '0x',
  '/',
  '@',
  '0',
  '1.',
  `${'f'.repeat(64)} `,
  'key ',
  'key:',
  'secret  ',
  'http://',
  'a://@',
  '\u00a0',
  '\n',
  '"',
  'revert ',
  'method ',
  'a_',
  ':',
]

const fill = (piece: string, length: number) => piece.repeat(Math.ceil(length / piece.length))

/** Returns the CPU time of `work` in ms, at least 1. Other processes do not affect the CPU time. */
function cpuMs(work: () => unknown): number {
  const began = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(began)
  return Math.max((user + system) / 1_000, 1)
}

/**
 * Returns the ratio of the CPU times for the long and the short text, by the fastest run of each.
 * The garbage collector may slow down a run, so runs are repeated until the ratio is below the
 * limit. For quadratic work the ratio stays above the limit.
 */
function ratioOf(read: (text: string) => unknown, short: string, long: string): number {
  let [shortMs, longMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let n = 0; n < 12 && (n === 0 || longMs / shortMs >= mostRatio); n += 1) {
    shortMs = Math.min(
      shortMs,
      cpuMs(() => read(short)),
    )
    longMs = Math.min(
      longMs,
      cpuMs(() => read(long)),
    )
  }
  return longMs / shortMs
}

const mostRatio = 10

/** Linear work takes four times as long for four times the text, quadratic work sixteen times. */
describe.each(Object.entries(readers))('%s', (_, read) => {
  it.each(hostile.map((piece) => [JSON.stringify(piece), piece] as const))(
    'takes time in proportion to the length of a text that repeats %s',
    (_name, piece) => {
      for (const around of [
        (text: string) => text,
        (text: string) => `x${text}x`,
        (text: string) => `key${text}x`,
      ]) {
        const short = around(fill(piece, 30_000))
        const long = around(fill(piece, 120_000))
        expect(ratioOf(read, short, long)).toBeLessThan(mostRatio)
      }
    },
  )
})

it('withoutSecrets shortens a megabyte of text to at most 300 characters', () => {
  for (const piece of hostile) {
    expect(withoutSecrets(fill(piece, 1_000_000)).length).toBeLessThanOrEqual(300)
  }
})

it('spelt ignores blanks around an address, and readBatch reports a cell of blanks as unreadable', () => {
  const address = `0x${'ab'.repeat(20)}`
  expect(spelt(`\u00a0 ${address.toUpperCase().replace('0X', '0x')}\t\n\u200b`)).toBe(address)
  const rows = [{ address }, { address: ' '.repeat(80_000) }, { address: null }]
  expect(readBatch(rows)).toEqual({ addresses: [address], unreadable: 2 })
})
