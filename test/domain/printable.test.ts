import fc from 'fast-check'
import { expect, test } from 'vitest'
import { withoutSecrets } from '../../domain/errors.ts'
import { printable } from '../../domain/printable.ts'

test('a stranger’s words hold nothing that a database refuses or a terminal obeys', () => {
  expect(printable('a\0b\u001b]0;x\u0007\u202ec\ud800')).toBe('a b ]0;x  c ')
  expect(printable('gewöhnlich, 普通, 👍')).toBe('gewöhnlich, 普通, 👍')
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      (words) => !/[\p{Cc}\p{Cs}]/u.test(printable(words)),
    ),
  )
})

test('a token that reverts with a NUL is told like any other (MONEY 14)', () => {
  expect(withoutSecrets('execution reverted: a\0b')).toBe('execution reverted: a b')
})
