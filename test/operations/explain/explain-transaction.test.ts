import { expect, it } from 'vitest'
import type { MinedTransactionView } from '../../../domain/chains/nodes/transaction-finder.ts'
import { createCommands } from '../../../operations/explain/commands.ts'
import { explainTransaction } from '../../../operations/explain/explain-transaction.ts'
import { createAssetNames } from '../../../operations/views/asset-names.ts'
import { aBlock, aReceipt, aTransaction, aTransfer, who } from '../../harness/factories/a-block.ts'
import { aChain } from '../../harness/factories/a-chain.ts'

const chain = { ...aChain(), startBlock: 'latest', internalTransfers: 'trace' } as const
const wording = { names: createAssetNames([chain]), commands: createCommands() }

/** Explains a mined transaction that no row names. */
async function explained(found: Partial<MinedTransactionView>) {
  const transaction = aTransaction()
  const view: MinedTransactionView = {
    kind: 'mined',
    block: aBlock(),
    transaction,
    call: { input: '0x', gasLimit: 90_000n },
    receipt: aReceipt(),
    internal: undefined,
    ...found,
  }
  const rows = {
    scanner: undefined,
    pausedReason: null,
    coldWallet: null,
    keepers: [],
    unreadBlocks: undefined,
    tokensReadTo: new Map(),
  }
  const [answer] = await explainTransaction(
    transaction.hash,
    [{ chain, finder: { find: async () => view }, tokenFacts: async () => undefined }],
    {
      book: {
        chain: async () => rows,
        transaction: async () => ({ deposits: [], own: [], unread: [] }),
        wallets: async () => new Map([[who.wallet, new Date(0)]]),
      } as never,
      table: { listed: async () => new Set([who.wallet]) } as never,
      errorWords: String,
    },
    wording,
  )
  if (!answer) throw new Error('no answer')
  return answer
}

it('says that native coin inside a transaction is unknown, unless the transaction failed', async () => {
  const causes = async (ok: boolean) =>
    (await explained({ receipt: aReceipt({ ok }) })).answers.map(({ cause }) => cause)
  expect(await causes(true)).toEqual(['not-traced'])
  expect(await causes(false)).toEqual([])
})

it('answers for native coin and tokens of one transaction, each by its own rule', async () => {
  const { transfers } = await explained({ receipt: aReceipt({ logs: [aTransfer()] }) })
  expect(transfers.map(({ position, cause }) => [position, cause])).toEqual([
    ['native', 'scanner-not-started'],
    ['0', 'unlisted-token'],
  ])
})
