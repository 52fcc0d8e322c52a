import { describe, expect, it } from 'vitest'
import { parseDepositReference } from '../../../operations/orders/deposit-reference.ts'
import { sweepWorkflowId } from '../../../workflows/contract.ts'

const hash = `0x${'ab'.repeat(32)}`

describe('parseDepositReference', () => {
  it.each([`56:${hash}:3`, `1:${hash}:native`, `1:${hash}:native-0.1`])(
    'accepts the deposit id %s and its workflow id',
    (id) => {
      expect(parseDepositReference(id)).toEqual({ kind: 'deposit', id })
      expect(parseDepositReference(sweepWorkflowId(id))).toEqual({ kind: 'deposit', id })
    },
  )

  it('accepts a transaction hash in upper or lower case', () => {
    expect(parseDepositReference(` 0x${'AB'.repeat(32)} `)).toEqual({ kind: 'transaction', hash })
    expect(parseDepositReference(`56:0x${'AB'.repeat(32)}:3`)).toEqual({
      kind: 'deposit',
      id: `56:${hash}:3`,
    })
  })

  it("accepts a sweep's id, which waiting(sweep …) shows", () => {
    const sweepId = 'b1946ac9-2492-4d23-8f1c-0a1b2c3d4e5f'
    expect(parseDepositReference(sweepId)).toEqual({ kind: 'sweep', sweepId })
  })

  it.each(['', 'sweep-56', '56:0x12:3', `56:${hash}:first`, `0x${'a'.repeat(40)}`])(
    'rejects any other text: "%s"',
    (text) => {
      expect(parseDepositReference(text)).toBeUndefined()
    },
  )
})
