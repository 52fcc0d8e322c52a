import { describe, expect, it } from 'vitest'
import { withoutSecrets } from '../../domain/errors.ts'

describe('withoutSecrets (MONEY 19)', () => {
  it.each([
    ['no answer from https://eth.example/v3/apikey here', 'no answer from <url> here'],
    ['wss://eth.example/apikey', '<url>'],
    ['postgres://user:pw@db/x refused', '<url> refused'],
    [`bad tx 0x${'02f8'.repeat(40)} sent`, 'bad tx [80 bytes] sent'],
    [`bad key ${'ab'.repeat(40)}`, 'bad key [40 bytes]'],
    [`key ${'ab'.repeat(32)}`, 'key [secret]'],
    [`invalid value "${'ab'.repeat(32)}"`, 'invalid value "[secret]"'],
    [`private key: 0x${'ab'.repeat(32)}`, 'private key: [secret]'],
    [`postgres://user:p<w">x@db/y refused`, '<url> refused'],
    ['two\n  lines', 'two lines'],
  ])('changes "%s" to "%s"', (words, left) => {
    expect(withoutSecrets(words)).toBe(left)
  })

  it('keeps hashes and addresses, which operators look up', () => {
    const hash = `0x${'ab'.repeat(32)}`
    expect(withoutSecrets(`nonce too low: ${hash}`)).toBe(`nonce too low: ${hash}`)
  })

  it('hides text that looks like a hash if hashesAreKeys is set', () => {
    const words = `invalid input "0x${'ab'.repeat(32)}"`
    expect(withoutSecrets(words, { hashesAreKeys: true })).toBe('invalid input "[secret]"')
  })

  it('returns at most 300 characters', () => {
    expect(withoutSecrets('word '.repeat(500)).length).toBe(300)
  })
})
