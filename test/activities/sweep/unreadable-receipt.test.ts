import { expect, it } from 'vitest'
import { unreadableReceipt } from '../../../activities/sweep/follow-live-sweep.ts'
import { ChainUnreachable, QuorumDisagrees, TransactionUnreadable } from '../../../domain/errors.ts'
import type { Transaction } from '../../../domain/lanes/transaction.ts'
import type { MoneyChain } from '../../../transactions/sign/money-chain.ts'
import { aReceipt, hash, who } from '../../harness/factories/a-block.ts'

const transaction = {
  ...{ nonce: 7n, sender: who.wallet },
  attempts: [{ hash: hash(1) }],
} as unknown as Transaction
const chainOf = (minedNonce: bigint, receipt: () => unknown) =>
  ({
    state: {
      minedNonce: async () => minedNonce,
      receipt: async () => receipt(),
      blockHash: async () => hash(10),
    },
  }) as unknown as MoneyChain

it.each([
  ['no detail for an unused nonce', 7n, () => undefined, /^$/],
  ['no detail for a readable receipt', 8n, () => aReceipt(), /^$/],
  [
    'a detail if the nonce is used and the node has no receipt',
    8n,
    () => undefined,
    /used nonce 7 .* no node shows a receipt of 0x/,
  ],
  [
    'a detail if the receipt is too large',
    8n,
    () => {
      throw new TransactionUnreadable(hash(1), 'HTTP 504')
    },
    /used nonce 7 .* the receipt cannot be read: HTTP 504/,
  ],
  [
    'a detail if a gateway answers the receipt request with HTTP 504',
    8n,
    () => {
      throw new ChainUnreachable('HTTP 504')
    },
    /used nonce 7 .* the receipt cannot be read: HTTP 504/,
  ],
] as [string, bigint, () => unknown, RegExp][])(
  'unreadableReceipt returns %s',
  async (_, nonce, receipt, words) => {
    expect(await unreadableReceipt(chainOf(nonce, receipt), transaction)).toMatch(words)
  },
)

it('unreadableReceipt throws QuorumDisagrees if endpoints disagree about the receipt', async () => {
  const lied = chainOf(8n, () => {
    throw new QuorumDisagrees('two receipts')
  })
  await expect(unreadableReceipt(lied, transaction)).rejects.toThrow('two receipts')
})
