import { describe, expect, it } from 'vitest'
import { parseJson } from '../../../adapters/amqplib/parse-body.ts'
import { parseWorkMessage } from '../../../adapters/amqplib/work-message.ts'
import { aWorkMessage } from '../../harness/factories/a-work-message.ts'

describe('parseWorkMessage, the check of a work message', () => {
  it('returns a valid message unchanged, for tokens and for native coin', () => {
    const token = aWorkMessage()
    const native = aWorkMessage({ kind: 'native', decimals: 0, amount: '1' })
    expect(parseWorkMessage(token)).toEqual(token)
    expect(parseWorkMessage(native)).toEqual(native)
  })

  it('drops unknown keys, so that a newer scanner may add keys', () => {
    const message = aWorkMessage()
    expect(parseWorkMessage({ ...message, priority: 9 })).toEqual(message)
  })

  const wallet = aWorkMessage().wallet
  const cases: [string, object, string][] = [
    ['another version', { v: 2 }, 'v:'],
    ['a deposit id of two parts', { depositId: '1:native' }, 'depositId:'],
    ['a deposit id in capitals', { depositId: `31337:0x${'AB'.repeat(32)}:3` }, 'lower-case'],
    ['a chain that the id contradicts', { chainId: 1 }, 'chainId: the deposit id says 31337'],
    ['a kind that the id contradicts', { kind: 'native' }, 'kind: the deposit id says token'],
    ['an address without checksum', { wallet: wallet.toLowerCase() }, 'wallet: wanted an EIP-55'],
    ['an amount as a number', { amount: 15 }, 'amount:'],
    ['an amount of 0', { amount: '0' }, 'amount:'],
    ['a negative amount', { amount: '-1' }, 'amount:'],
    ['an amount with a point', { amount: '1.5' }, 'amount:'],
    ['an amount above uint256', { amount: '9'.repeat(79) }, 'amount:'],
    ['decimals as text', { decimals: '18' }, 'decimals:'],
    ['no asset', { asset: undefined }, 'asset:'],
  ]
  it.each(cases)('rejects %s, and names the field', (_what, change, words) => {
    const parse = () => parseWorkMessage({ ...aWorkMessage(), ...change })
    expect(parse).toThrow(words)
    expect(parse).toThrow(expect.objectContaining({ name: 'BadInput' }))
  })

  it('rejects a message with all its errors in one text', () => {
    const parse = () => parseWorkMessage({ ...aWorkMessage(), amount: '', decimals: 1.5 })
    expect(parse).toThrow(/amount: .*; decimals: /)
  })

  it('rejects null, a list, a text, a number, invalid JSON, and a body that is too large', () => {
    for (const body of [null, [], 'hello', 7]) {
      expect(() => parseWorkMessage(body)).toThrow('not a work message')
    }
    expect(() => parseJson(Buffer.from('{"v":1'))).toThrow('not JSON')
    expect(() => parseJson(Buffer.alloc(65_537, 0x20))).toThrow('65537 bytes')
  })
})
