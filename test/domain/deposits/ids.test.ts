import { describe, expect, it } from 'vitest'
import { isAddress, isHash, toAddress, toHash } from '../../../domain/address.ts'
import { formatDepositId, parseDepositId } from '../../../domain/deposits/deposit-id.ts'
import { transactionKey } from '../../../domain/lanes/transaction.ts'

const hash = `0x${'aB'.repeat(32)}`
const lowerHash = hash.toLowerCase()

describe('addresses and hashes', () => {
  it('toAddress and toHash convert to lower case', () => {
    expect(toAddress(`0x${'Ab'.repeat(20)}`)).toBe(`0x${'ab'.repeat(20)}`)
    expect(toHash(hash)).toBe(lowerHash)
  })

  it.each([
    '',
    '0x',
    'ab'.repeat(20),
    `0x${'ab'.repeat(19)}`,
    `0x${'ab'.repeat(21)}`,
    `0x${'zz'.repeat(20)}`,
    ` 0x${'ab'.repeat(20)}`,
  ])('isAddress and toAddress reject "%s"', (text) => {
    expect(isAddress(text)).toBe(false)
    expect(() => toAddress(text)).toThrow('not an address')
  })

  it('isHash rejects an address, and isAddress rejects a hash', () => {
    expect([isHash(`0x${'ab'.repeat(20)}`), isAddress(hash)]).toEqual([false, false])
    expect(() => toHash('0x12')).toThrow('not a hash: "0x12"')
  })
})

describe('deposit ids', () => {
  it.each([
    '0',
    '17',
    'native',
    'native-0',
    'native-0.2.11',
    `opening-0x${'ab'.repeat(20)}-native`,
    `opening-0x${'ab'.repeat(20)}-0x${'cd'.repeat(20)}`,
    `opening-0x${'ab'.repeat(20)}-native-812`,
    `opening-0x${'ab'.repeat(20)}-native-812-3`,
  ])('parseDepositId and formatDepositId accept the position %s', (position) => {
    const key = parseDepositId(`56:${hash}:${position}`)
    expect(key).toEqual({ chainId: 56, txHash: lowerHash, position })
    expect(formatDepositId(key)).toBe(`56:${lowerHash}:${position}`)
  })

  it.each([
    ['', 'expected chainId:txHash:position'],
    [`0:${hash}:0`, 'expected chainId:txHash:position'],
    [`056:${hash}:0`, 'expected chainId:txHash:position'],
    [`56:${hash}:0:1`, 'expected chainId:txHash:position'],
    ['56:0x12:0', 'the transaction hash is wrong'],
    [`56:${hash}`, 'the position is'],
    [`56:${hash}:-1`, 'the position is'],
    [`56:${hash}:native-`, 'the position is'],
    [`56:${hash}:native-0..1`, 'the position is'],
    [`56:${hash}:1 `, 'the position is'],
    [`56:${hash}:opening-native`, 'the position is'],
    [`56:${hash}:opening-0x${'AB'.repeat(20)}-native`, 'the position is'],
  ])('parseDepositId rejects "%s" (%s)', (id, words) => {
    expect(() => parseDepositId(id)).toThrow(words)
  })
})

it('the key of an intent consists of sweep, step and round (MONEY 2)', () => {
  expect(transactionKey('5f', 'gas', 2)).toBe('5f:gas:2')
})
