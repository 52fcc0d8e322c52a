import { describe, expect, it } from 'vitest'
import type { Address } from '../../../domain/address.ts'
import { creditOf, type Movement, walletCredited } from '../../../domain/scan/credit-rule.ts'
import { findHits } from '../../../scanner/detect/find-hits.ts'
import { readHit } from '../../../scanner/detect/read-hit.ts'
import {
  aBlock,
  aReceipt,
  aTransaction,
  aTransfer,
  aWatch,
  hash,
  who,
} from '../../harness/factories/a-block.ts'

const { wallet, otherWallet, stranger, keeper, retiredKeeper, cold, token, otherToken } = who
const zero = `0x${'0'.repeat(40)}` as const

interface Row {
  readonly what: string
  readonly moved: Partial<Movement>
  readonly signers?: readonly Address[]
  readonly credit: 'deposit' | 'refill' | undefined
}

const native: Movement = { asset: 'native', from: stranger, to: wallet, amount: 5n }
const rows: readonly Row[] = [
  { what: 'native coin to a wallet', moved: {}, credit: 'deposit' },
  { what: 'native coin between wallets', moved: { from: otherWallet }, credit: 'deposit' },
  { what: 'native coin from the cold wallet', moved: { from: cold }, credit: 'deposit' },
  { what: 'native coin to an unknown address', moved: { to: stranger }, credit: undefined },
  { what: 'a zero amount of native coin', moved: { amount: 0n }, credit: undefined },
  { what: 'a contract creation', moved: { to: null }, credit: undefined },
  { what: 'native coin from a wallet to itself', moved: { from: wallet }, credit: undefined },
  { what: 'native coin from a keeper', moved: { from: keeper }, credit: undefined },
  { what: 'native coin from a retired keeper', moved: { from: retiredKeeper }, credit: undefined },
  {
    what: 'native coin in a transaction whose receipt names a keeper',
    moved: {},
    signers: [stranger, keeper],
    credit: undefined,
  },
  { what: 'native coin to a keeper', moved: { to: keeper }, credit: 'refill' },
  {
    what: 'native coin from one keeper to another',
    moved: { from: retiredKeeper, to: keeper },
    credit: 'refill',
  },
  {
    what: 'native coin from a keeper to itself',
    moved: { from: keeper, to: keeper },
    credit: undefined,
  },
  {
    what: 'a zero amount of native coin to a keeper',
    moved: { to: keeper, amount: 0n },
    credit: undefined,
  },
  { what: 'an internal transfer to a wallet', moved: { isInternal: true }, credit: 'deposit' },
  {
    what: 'an internal transfer to an unknown address',
    moved: { isInternal: true, to: stranger },
    credit: undefined,
  },
  {
    what: 'an internal transfer in a keeper’s transaction',
    moved: { isInternal: true },
    signers: [keeper],
    credit: undefined,
  },
  {
    what: 'an internal transfer in a transaction whose receipt names a keeper',
    moved: { isInternal: true },
    signers: [stranger, keeper],
    credit: undefined,
  },
  {
    what: 'an internal transfer by the code of a keeper',
    moved: { isInternal: true, from: keeper },
    credit: undefined,
  },
  {
    what: 'an internal transfer to a keeper',
    moved: { isInternal: true, to: keeper },
    credit: 'refill',
  },
  {
    what: 'an internal transfer to a keeper in a keeper’s transaction',
    moved: { isInternal: true, to: keeper },
    signers: [retiredKeeper],
    credit: undefined,
  },
  { what: 'a listed token to a wallet', moved: { asset: token }, credit: 'deposit' },
  { what: 'a listed token that is minted', moved: { asset: token, from: zero }, credit: 'deposit' },
  {
    what: 'a listed token from a keeper',
    moved: { asset: token, from: keeper },
    signers: [keeper],
    credit: 'deposit',
  },
  {
    what: 'a listed token from the cold wallet',
    moved: { asset: token, from: cold },
    credit: 'deposit',
  },
  {
    what: 'a listed token from a wallet to itself',
    moved: { asset: token, from: wallet },
    credit: undefined,
  },
  {
    what: 'a listed token to an unknown address',
    moved: { asset: token, to: stranger },
    credit: undefined,
  },
  { what: 'a listed token to a keeper', moved: { asset: token, to: keeper }, credit: undefined },
  {
    what: 'a zero amount of a listed token',
    moved: { asset: token, amount: 0n },
    credit: undefined,
  },
  { what: 'an unlisted token', moved: { asset: otherToken }, credit: undefined },
]

describe('creditOf (MONEY 13, 23)', () => {
  it.each(rows)('$what → $credit', ({ moved, signers = [], credit }) => {
    const movement = { ...native, ...moved }
    const found = creditOf(movement, [movement.from, ...signers], aWatch)
    expect(found).toEqual(credit && { kind: credit, to: movement.to })
  })
})

describe('findHits and readHit', () => {
  it.each(rows)('agree with creditOf about $what', ({ moved, signers = [], credit }) => {
    const { asset, from, to, amount, isInternal = false } = { ...native, ...moved }
    const isOwnValue = asset === 'native' && !isInternal
    const sender = isOwnValue ? from : (signers[0] ?? stranger)
    const transaction = isOwnValue
      ? aTransaction({ from, to, value: amount })
      : aTransaction({ from: sender, to: cold, value: 0n })
    const target = to ?? zero
    const logs = asset === 'native' ? [] : [aTransfer({ token: asset, from, to: target, amount })]
    const internal = { transactionHash: hash(0x100), path: '0', order: 0 }
    const reading = {
      block: aBlock({ transactions: [transaction] }),
      logs,
      internal: isInternal ? [{ ...internal, from, to: target, value: amount }] : [],
    }
    const [hit] = findHits(reading, aWatch)
    const receipt = aReceipt({ from: signers[1] ?? sender, logs })
    const found = hit && readHit(hit, receipt, aWatch)
    expect(found?.deposits.map((one) => one.wallet) ?? []).toEqual(credit === 'deposit' ? [to] : [])
    expect(found?.refills.map((one) => one.keeper) ?? []).toEqual(credit === 'refill' ? [to] : [])
    // Only the receipt names a second signer, so `findHits` still lists the wallet.
    const candidates = signers.length > 1 ? [to] : credit === 'deposit' ? [to] : []
    expect(hit?.wallets ?? []).toEqual(candidates)
  })
})

it('walletCredited reads Transfer logs only', () => {
  expect(walletCredited(aTransfer(), aWatch)).toBe(wallet)
  expect(walletCredited(aTransfer({ log: { data: '0x' } }), aWatch)).toBeUndefined()
})
