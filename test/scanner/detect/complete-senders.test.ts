import { expect, it } from 'vitest'
import type { Block, Receipt, UnreadableTransaction } from '../../../domain/chains/block.ts'
import type { ChainReader } from '../../../domain/chains/nodes/chain-reader.ts'
import { findInBlocks } from '../../../scanner/detect/find-in-blocks.ts'
import {
  aBlock,
  address,
  aReceipt,
  aTransaction,
  aTransfer,
  aWatch,
  hash,
  who,
} from '../../harness/factories/a-block.ts'

/**
 * Tests transactions for which the node's answers lack a readable sender, value, index, nonce or
 * log.
 */
const nobody = address(0)
const wallets = {
  matching: async (some: readonly string[]) =>
    new Set(some.filter((one) => aWatch.isWallet(one as `0x${string}`))),
} as never

const senderless = (given: Partial<UnreadableTransaction> = {}, isSystem = false) => ({
  ...{ hash: hash(0x100), index: 0, from: null, nonce: 0, why: 'from is missing' },
  senderless: { ...aTransaction({ from: nobody }), isSystem },
  ...given,
})

async function find(
  block: Partial<Block>,
  receipt: Partial<Receipt> | undefined,
  more: Partial<Parameters<typeof findInBlocks>[0][number]> = {},
) {
  const reader = {
    receipt: async () => receipt && aReceipt(receipt),
    header: async () => aBlock(),
    endpoint: () => reader,
  } as unknown as ChainReader
  const readings = [{ block: aBlock(block), logs: [], ...more }]
  return await findInBlocks(readings, {
    reader,
    watch: aWatch,
    wallets,
    width: 4,
    toleranceOf: () => ({ kind: 'units', units: 0n }),
  })
}

it.each([
  ['names a user: a deposit', { from: who.stranger }, false, [5n], 0],
  ['names the keeper: no deposit (MONEY 13)', { from: who.keeper }, false, [], 0],
  ['of a system transaction names the zero address: a deposit', { from: nobody }, true, [5n], 0],
  ['names the zero address: unread', { from: nobody }, false, [], 1],
  ['is missing: unread', undefined, false, [], 1],
] as const)(
  'reads an omitted sender from the receipt; the receipt %s',
  async (_, receipt, isSystem, amounts, unread) => {
    const found = await find({ unreadable: [senderless({}, isSystem)] }, receipt)
    expect(found.deposits.map(({ amount }) => amount)).toEqual(amounts)
    expect(found.unread).toHaveLength(unread)
  },
)

it('keeps a transaction with an unreadable value as unread, and stores its sender if the sender is a wallet', async () => {
  const bad = { hash: hash(0x100), index: 0, from: who.wallet, nonce: 3, why: 'value is null' }
  const { unread } = await find({ unreadable: [bad] }, {})
  expect(unread).toMatchObject([{ hash: hash(0x100), sender: who.wallet, nonce: 3n, own: true }])
})

it('credits no transfer of a transaction that the block lists in an unreadable form', async () => {
  const bad = { hash: hash(0x100), index: 0, from: null, nonce: null, why: 'value is null' }
  const { deposits, unread } = await find({ unreadable: [bad] }, {}, { logs: [aTransfer()] })
  expect([deposits.length, unread.length]).toEqual([0, 1])
})

it('reads a log from the receipt if the search returns an unreadable log', async () => {
  const transactions = [aTransaction({ to: who.token, value: 0n })]
  const unreadable = { ...aTransfer(), topics: [], unreadable: true as const }
  const { deposits } = await find(
    { transactions },
    { logs: [{ ...aTransfer(), place: 0 }] },
    { logs: [unreadable] },
  )
  expect(deposits).toMatchObject([{ amount: 7n, wallet: who.wallet }])
})

it('takes the transaction index from the block if the receipt omits the index', async () => {
  const { deposits } = await find(
    { transactions: [aTransaction({ index: 4 })] },
    { transactionIndex: -1 },
  )
  expect(deposits).toMatchObject([{ txIndex: 4 }])
})

it('keeps a user wallet’s transaction without a nonce as unread', async () => {
  const sent = aTransaction({ from: who.wallet, to: who.stranger, nonce: null })
  const { ownTransactions, unread } = await find({ transactions: [sent] }, {})
  expect(ownTransactions).toEqual([])
  expect(unread).toMatchObject([{ sender: who.wallet, nonce: null, own: true }])
})
