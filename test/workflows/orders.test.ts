import { expect, it } from 'vitest'
import { isOrder } from '../../workflows/orders.ts'

const order = (operator: unknown, reason: unknown) => ({ operator, reason }) as never

it.each([
  ['with a line break in the reason', order('ann', 'mended,\nsee the ticket')],
  ['with letters of any language', order('Зоя', 'gemäß Ticket 7')],
])('accepts an order %s', (_, given) => expect(isOrder(given)).toBe(true))

it.each([
  ['that is undefined', undefined as never],
  ['without reason', order('ann', ' ')],
  ['with a number as reason', order('ann', 7)],
  ['with a NUL, which PostgreSQL rejects', order('a\0nn', 'x')],
  ['with an escape sequence', order('ann', '\u001b[2J')],
  ['that is too long', order('ann', 'x'.repeat(501))],
])('rejects an order %s', (_, given) => expect(isOrder(given)).toBe(false))
