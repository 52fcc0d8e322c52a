import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withoutSecrets } from '../../domain/errors.ts'
import { printable } from '../../domain/printable.ts'

test('printable removes characters that a database rejects or a terminal executes', () => {
  expect(printable('a\0b\u001b]0;x\u0007\u202ec\ud800')).toBe('a b ]0;x  c ')
  expect(printable('gewöhnlich, 普通, 👍')).toBe('gewöhnlich, 普通, 👍')
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      (words) => !/[\p{Cc}\p{Cs}]/u.test(printable(words)),
    ),
  )
})

test('withoutSecrets replaces a NUL in the reason of a revert (MONEY 14)', () => {
  expect(withoutSecrets('execution reverted: a\0b')).toBe('execution reverted: a b')
})
