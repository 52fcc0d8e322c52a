import { describe, expect, it } from 'vitest'
import type { Address } from '../../../domain/address.ts'
import { tokenSwept } from '../../../domain/sweeps/token-swept.ts'
import { coldWallet, token, wallet } from '../../harness/factories/a-chain.ts'
import { aTransferLog } from '../../harness/factories/a-transfer-log.ts'

const stranger: Address = `0x${'5e'.repeat(20)}`
const nobody: Address = `0x${'0'.repeat(40)}`
const out = (amount: bigint, place: number, of = token) =>
  aTransferLog(of, wallet, coldWallet, amount, { place })
const credit = (place: number, amount = 5n, of = token) =>
  aTransferLog(of, nobody, wallet, amount, { place })
const outTo = (to: Address, amount: bigint, place: number) =>
  aTransferLog(token, wallet, to, amount, { place })
const inFrom = (from: Address, amount: bigint, place: number) =>
  aTransferLog(token, from, coldWallet, amount, { place })
const burn = (amount: bigint, place: number) => outTo(nobody, amount, place)
const mint = (amount: bigint, place: number) => inFrom(nobody, amount, place)
const toItself = (place: number) => aTransferLog(token, wallet, wallet, 5n, { place })

describe('tokenSwept of 50 tokens (MONEY 12)', () => {
  it.each([
    ['one log', [out(50n, 0)], 50n, 0n, 0, 0],
    ['one movement logged twice', [out(50n, 0), out(50n, 1)], 50n, 50n, 1, 0],
    ['two logs whose sum is the sent amount', [out(20n, 0), out(30n, 3)], 50n, 0n, 3, 0],
    ['a fee that the token keeps', [out(49n, 0)], 49n, 0n, 0, 0],
    ['interest before the transfer', [credit(0), out(50n, 1)], 50n, 0n, 1, 1],
    [
      'interest before the second of two logs',
      [out(20n, 0), credit(1), out(30n, 2)],
      50n,
      0n,
      2,
      1,
    ],
    ['a credit of 0 before the transfer', [credit(0, 0n), out(50n, 1)], 50n, 0n, 1, 0],
    ['a credit of another token', [credit(0, 5n, stranger), out(50n, 1)], 50n, 0n, 1, 0],
    ['a transfer of the wallet to itself', [toItself(0), out(50n, 1)], 50n, 0n, 1, 0],
    ['interest after the transfer', [out(50n, 0), credit(1)], 50n, 0n, 0, 0],
    ['a log of another token alone', [out(50n, 0, stranger)], 0n, 0n, null, null],
    ['no log', [], 0n, 0n, null, null],
    // Compound III's Comet logs a transfer as a burn and a mint (compound-finance/comet #252).
    ['a burn and a mint', [burn(50n, 0), mint(50n, 1)], 50n, 0n, 0, 0],
    ['a mint before its burn', [mint(50n, 0), burn(50n, 1)], 50n, 0n, 1, 0],
    ['interest before a burn and a mint', [credit(0), burn(50n, 1), mint(50n, 2)], 50n, 0n, 1, 1],
    ['a burn larger than its mint', [burn(50n, 0), mint(49n, 1)], 49n, 0n, 0, 0],
    ['a mint larger than its burn', [burn(50n, 0), mint(52n, 1)], 50n, 0n, 0, 0],
    ['a burn without a mint', [burn(50n, 0)], 0n, 0n, null, null],
    ['a mint without a burn', [mint(50n, 0)], 0n, 0n, null, null],
    // aave-v3-core mints the interest of the cold wallet during a transfer.
    ['a mint next to the transfer', [mint(2n, 0), out(50n, 1)], 50n, 0n, 1, 0],
    [
      'a transfer through the token’s contract in two logs',
      [outTo(token, 50n, 0), inFrom(token, 48n, 1)],
      48n,
      0n,
      0,
      0,
    ],
    [
      'a transfer of the wallet to itself and a mint',
      [toItself(0), mint(5n, 1)],
      0n,
      0n,
      null,
      null,
    ],
  ] as const)('reads %s', (_, logs, arrivedAmount, overLogged, logOrder, creditsBefore) => {
    const sent = { token, from: wallet, to: coldWallet, amount: 50n }
    expect(tokenSwept(logs, sent)).toEqual({ arrivedAmount, overLogged, logOrder, creditsBefore })
  })
})
