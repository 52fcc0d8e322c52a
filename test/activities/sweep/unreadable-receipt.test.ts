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
  ['empty for an unused nonce', 7n, () => undefined, /^$/],
  ['empty for a readable receipt', 8n, () => aReceipt(), /^$/],
  [
    'an error for a receipt that stays null',
    8n,
    () => undefined,
    /used nonce 7 .* no node shows a receipt of 0x/,
  ],
  [
    'an error for a receipt that is too large',
    8n,
    () => {
      throw new TransactionUnreadable(hash(1), 'HTTP 504')
    },
    /used nonce 7 .* the receipt cannot be read: HTTP 504/,
  ],
  [
    'the failure if a gateway answers the receipt request with HTTP 504',
    8n,
    () => {
      throw new ChainUnreachable('HTTP 504')
    },
    /used nonce 7 .* the receipt cannot be read: HTTP 504/,
  ],
] as [string, bigint, () => unknown, RegExp][])(
  'the detail of a live sweep is %s',
  async (_, nonce, receipt, words) => {
    expect(await unreadableReceipt(chainOf(nonce, receipt), transaction)).toMatch(words)
  },
)

it('throws if endpoints disagree about the receipt', async () => {
  const lied = chainOf(8n, () => {
    throw new QuorumDisagrees('two receipts')
  })
  await expect(unreadableReceipt(lied, transaction)).rejects.toThrow('two receipts')
})
