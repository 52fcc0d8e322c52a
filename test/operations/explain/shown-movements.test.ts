import { describe, expect, it } from 'vitest'
import { encodeTransfer } from '../../../domain/chains/erc20.ts'
import { shownMovements } from '../../../operations/explain/shown-movements.ts'
import { aReceipt, aTransaction, aTransfer, who } from '../../harness/factories/a-block.ts'

const call = { input: '0x', gasLimit: 90_000n } as const
const asked = (
  given: Parameters<typeof aTransaction>[0],
  receipt: Parameters<typeof aReceipt>[0],
  input: `0x${string}` = '0x',
) =>
  shownMovements({
    transaction: aTransaction(given),
    call: { ...call, input },
    receipt: aReceipt(receipt),
    internal: [],
  }).map(({ position, asset, amount, text }) => text ?? `${position} ${asset} ${amount}`)

const transfer = encodeTransfer(who.wallet, 7n)

describe('the movements that explain shows', () => {
  it('shows value and logs of a transaction that moved both', () => {
    expect(asked({ value: 5n }, { logs: [aTransfer()] })).toEqual([
      'native native 5',
      `0 ${who.token} 7`,
    ])
  })

  it('leaves out the value of 0 next to a logged transfer', () => {
    expect(asked({ value: 0n, to: who.token }, { logs: [aTransfer()] }, transfer)).toEqual([
      `0 ${who.token} 7`,
    ])
  })

  it('shows what a failed transaction asked for: its value and its transfer', () => {
    expect(asked({ value: 5n, to: who.token }, { ok: false }, transfer)).toEqual([
      'native native 5',
      `call ${who.token} 7`,
    ])
    expect(asked({ value: 0n }, { ok: false })).toEqual(['native native 0'])
  })

  it('ignores bytes after the arguments of a transfer', () => {
    const input = `${transfer}dc0de0001` as const
    expect(asked({ value: 0n, to: who.token }, { ok: false }, input)).toEqual([
      `call ${who.token} 7`,
    ])
  })

  it.each([
    ['too few arguments', transfer.slice(0, -2)],
    ['a recipient longer than an address', transfer.replace('a9059cbb00', 'a9059cbb01')],
    ['another function', transfer.replace('a9059cbb', 'a9059cbc')],
  ])('shows calldata with %s as a call', (_, input) => {
    const [shown] = asked({ value: 0n, to: who.token }, { ok: false }, input as `0x${string}`)
    expect(shown).toMatch(/^a call of function 0xa9059cb/)
  })

  it('shows a transaction that creates a contract, and a call of less than four bytes', () => {
    expect(asked({ value: 0n, to: null }, {}, transfer)).toEqual(['a contract creation'])
    expect(asked({ value: 3n, to: null }, {}, transfer)).toEqual(['native native 3'])
    expect(asked({ value: 0n }, {}, '0xa905')).toEqual(['a call'])
  })
})
