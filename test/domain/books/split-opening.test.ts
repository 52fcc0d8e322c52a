import { expect, it } from 'vitest'
import { splitOpening } from '../../../domain/books/split-opening.ts'

const rooms = [
  { sweep: 'a', room: 4n },
  { sweep: 'b', room: -2n },
  { sweep: 'c', room: 3n },
]
const split = (amount: bigint, inWallet: bigint) =>
  splitOpening({ amount, inWallet, rooms }).map((part) => [part.sweep, part.amount])

it('gives each earlier sweep its room and the wallet its part, and adds up to the amount', () => {
  expect(split(9n, 2n)).toEqual([
    ['a', 4n],
    ['c', 3n],
    [undefined, 2n],
  ])
})

it('leaves money that is in the wallet to a later sweep, whatever room earlier ones have', () => {
  expect(split(5n, 5n)).toEqual([[undefined, 5n]])
  expect(split(5n, 9n)).toEqual([[undefined, 5n]])
  expect(split(5n, -1n)).toEqual([
    ['a', 4n],
    ['c', 1n],
  ])
})

it('keeps the part that no room explains', () => {
  expect(split(9n, 0n).at(-1)).toEqual([undefined, 2n])
})
