import type { Address, Hash } from '../../../domain/address.ts'
import type { BookedExternal, BookedIntent, BookRows } from '../../../domain/books/book-store.ts'
import { judgeConduct } from '../../../domain/books/judge-conduct.ts'
import { judgeKeepers } from '../../../domain/books/judge-keepers.ts'
import { judgeWallets } from '../../../domain/books/judge-wallets.ts'
import { movementsOf } from '../../../domain/books/movements.ts'
import type { Difference } from '../../../domain/books/reconciliation.ts'
import { encodeTransfer, transferTopic } from '../../../domain/chains/erc20.ts'
import type { MinedTransaction } from '../../../domain/chains/mined-transaction.ts'
import { coldWallet, keeper, token, wallet } from './a-chain.ts'

/**
 * Tests of reconciliation (MONEY 23) use this story of a few transactions, in which every term of
 * every equation is above 0.
 */
export const stranger: Address = `0x${'5a'.repeat(20)}`
export const hash = (n: number): Hash => `0x${n.toString(16).padStart(64, '0')}`
const word = (address: Address): Hash => `0x${address.slice(2).padStart(64, '0')}`

export const mined = (more: Partial<MinedTransaction>): MinedTransaction => ({
  hash: hash(1),
  from: wallet,
  to: coldWallet,
  nonce: 0n,
  valueWei: 0n,
  data: '0x',
  gasLimit: 21_000n,
  maxFeeWei: 1n,
  blockNumber: 50n,
  blockHash: hash(50),
  txIndex: 0,
  ok: true,
  authorizes: false,
  gasUsed: 10n,
  gasPriceWei: 1n,
  l1FeeWei: 0n,
  feeWei: 10n,
  logs: [],
  ...more,
})

export const transfer = (to: Address, amount: bigint) => ({
  address: token,
  topics: [transferTopic, word(wallet), word(to)],
  data: `0x${amount.toString(16).padStart(64, '0')}` as const,
  blockNumber: 50n,
  blockHash: hash(50),
  transactionHash: hash(1),
  logIndex: 0,
  place: 0,
})

export const intent = (
  n: number,
  more: Partial<BookedIntent> = {},
  valueWei = 0n,
): BookedIntent => ({
  key: `s${n}:sweep:1`,
  sweepId: `s${n}`,
  step: 'sweep',
  sender: wallet,
  nonce: 0n,
  wallet,
  asset: token,
  attempts: [{ hash: hash(n), kind: 'send', valueWei }],
  ...more,
})

export const external = (more: Partial<BookedExternal> = {}): BookedExternal => ({
  sender: wallet,
  nonce: 2n,
  hash: hash(9),
  blockNumber: 50n,
  kind: null,
  adoptedBy: null,
  ...more,
})

/**
 * Returns a wallet's rows and transactions: deposits of 100 tokens and 20 wei, and 100 wei for gas.
 * The wallet swept 100 tokens (97 arrived) and 60 wei, and paid 30 wei in fees. 30 wei remain.
 */
export function aStory() {
  const rows: BookRows = {
    deposits: [
      { id: 'd1', wallet, asset: token, amount: 100n, blockNumber: 5n },
      { id: 'd2', wallet, asset: 'native', amount: 20n, blockNumber: 6n },
    ],
    intents: [
      intent(1, { key: 's1:gas:1', sweepId: 's1', step: 'gas', sender: keeper, nonce: 7n }, 100n),
      intent(2, { sweepId: 's1' }),
      intent(3, { asset: 'native', nonce: 1n }, 60n),
    ],
    sweeps: [
      { id: 's1', wallet, asset: token, txHash: hash(2), arrivedAmount: 97n },
      { id: 's3', wallet, asset: 'native', txHash: hash(3), arrivedAmount: 60n },
    ],
    external: [],
    refills: [
      { keeper, txHash: hash(70), amountWei: 5n, blockNumber: 40n },
      { keeper, txHash: hash(71), amountWei: 999n, blockNumber: 30n },
    ],
    keepers: [{ address: keeper, openingWei: 1_000n, openingBlock: 30n }],
    lanes: [
      { sender: wallet, entryNonce: 0n },
      { sender: keeper, entryNonce: 7n },
    ],
    coldWallets: new Set([coldWallet]),
    backfilling: new Set(),
  }
  const chain = [
    mined({ hash: hash(1), from: keeper, to: wallet, nonce: 7n, valueWei: 100n, feeWei: 21n }),
    mined({
      hash: hash(2),
      to: token,
      feeWei: 14n,
      data: encodeTransfer(coldWallet, 100n),
      logs: [transfer(coldWallet, 97n), transfer(stranger, 3n)],
    }),
    mined({ hash: hash(3), nonce: 1n, valueWei: 60n, feeWei: 16n }),
  ]
  return {
    rows,
    chain,
    left: { native: 30n, token: 0n },
    closing: 884n,
    nonces: new Map([
      [wallet, 2n],
      [keeper, 8n],
    ]),
  }
}

export type Story = ReturnType<typeof aStory>

/** Returns the differences between rows and chain of a story that `change` has edited. */
export function judge(change: (story: Story) => void = () => {}): readonly Difference[] {
  const story = aStory()
  change(story)
  const { rows, left, closing, nonces } = story
  const byHash = new Map(story.chain.map((one) => [one.hash, one]))
  const movements = movementsOf(rows, byHash)
  const leftOf = [
    { wallet, asset: 'native' as const, amount: left.native },
    { wallet, asset: token, amount: left.token },
  ]
  return [
    ...judgeWallets(rows, movements, leftOf).differences,
    ...judgeKeepers(rows, movements, new Map([[keeper, closing]])).differences,
    ...judgeConduct(rows, movements, byHash, nonces),
  ]
}

/** Returns only the kind and the missing amount of each difference. */
export const told = (change?: (story: Story) => void) =>
  judge(change).map(({ kind, missing }) => [kind, missing])

/** Changes a row or a transaction of a story. No other story shares these objects. */
export const edit = <T>(rows: readonly T[], index: number, more: Partial<T>) =>
  Object.assign(rows[index] as object, more)
