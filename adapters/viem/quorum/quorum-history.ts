import type { Address, Hash } from '../../../domain/address.ts'
import type { Log, Receipt } from '../../../domain/chains/block.ts'
import { readTransfer } from '../../../domain/chains/erc20.ts'
import { logContent } from '../../../domain/chains/log-content.ts'
import type { MinedTransaction } from '../../../domain/chains/mined-transaction.ts'
import type { ChainHistory, ChainState } from '../../../domain/chains/nodes/chain-state.ts'
import { ChainAnswerBad, ChainMoved } from '../../../domain/errors.ts'
import { median } from '../fees/median.ts'
import { foundBallot } from './ballots.ts'
import type { Ballot, Poll } from './poll.ts'

/**
 * MONEY 20: reads mined transactions from several endpoints. A transaction about which the
 * endpoints disagree is an error, so it is neither adopted nor booked.
 */
export function createQuorumHistory<Port extends ChainHistory>(
  poll: Poll<Port>,
  isFinal: (height: bigint) => Promise<boolean>,
  tokens?: ReadonlySet<string>,
): ChainHistory {
  return {
    mined: (hash) =>
      poll.settle(
        foundBallot<Port, MinedTransaction>({
          what: `transaction ${hash}`,
          needed: poll.needed,
          isFinal,
          ask: (port) => port.mined(hash).catch(abstainWhileItMoves),
          keyOf: (mined) => keyOf(mined, tokens),
          merge: (alike) => ({
            ...alike[0],
            txIndex: mostFrequentPlace(alike.map(({ txIndex }) => txIndex)),
          }),
          say: ({ ok, to, valueWei, blockNumber, blockHash }) =>
            `${valueWei} wei to ${to}, status ${ok ? 1 : 0}, in block ${blockNumber} (${blockHash})`,
        }),
      ),
  }
}

function abstainWhileItMoves(error: unknown): never {
  throw error instanceof ChainMoved ? new ChainAnswerBad(error.message) : error
}

function keyOf(mined: MinedTransaction, tokens: ReadonlySet<string> | undefined): string {
  const { hash, from, to, nonce, valueWei, data, blockNumber, blockHash, ok } = mined
  return JSON.stringify([
    ...[hash, from, to, `${nonce}`, `${valueWei}`, data, `${blockNumber}`, blockHash, ok],
    ...[mined.authorizes, `${mined.gasUsed}`, agreedLogs(mined.logs, tokens, from)],
  ])
}

/** Returns the ballot about the receipt of one transaction. */
export function receiptBallot(
  hash: Hash,
  needed: number,
  isFinal: (height: bigint) => Promise<boolean>,
  tokens: ReadonlySet<string> | undefined,
): Ballot<ChainState, { readonly found: Receipt | undefined }, Receipt | undefined> {
  return foundBallot({
    what: `the receipt of ${hash}`,
    needed,
    isFinal,
    ask: (state) => state.receipt(hash),
    // Hash and block identify the receipt. The key omits `from`, `to` and index, because some nodes
    // omit these fields, and some nodes count the index differently.
    keyOf: ({ transactionHash, blockNumber, blockHash, ok, gasUsed, logs }) =>
      JSON.stringify([
        ...[transactionHash, `${blockNumber}`, blockHash],
        ...[ok, `${gasUsed}`, agreedLogs(logs, tokens)],
      ]),
    merge: (alike) => ({
      ...alike[0],
      transactionIndex: mostFrequentPlace(alike.map(({ transactionIndex }) => transactionIndex)),
      effectiveGasPriceWei: middle(alike, (receipt) => receipt.effectiveGasPriceWei),
      l1FeeWei: middle(alike, (receipt) => receipt.l1FeeWei),
    }),
    say: ({ ok, blockNumber, blockHash, logs }) =>
      `status ${ok ? 1 : 0} with ${logs.length} logs in block ${blockNumber} (${blockHash})`,
  })
}

/**
 * Returns the part of a transaction's logs that honest nodes return alike: the transfers of listed
 * tokens, each as often as it occurs. Logs of other contracts differ between nodes in content and
 * number, and a resync may change them (decision 26).
 * @param tokens the listed tokens; undefined includes the transfers of all contracts
 * @param sender if given, its transfers of unlisted tokens are included too
 */
function agreedLogs(
  logs: readonly Log[],
  tokens: ReadonlySet<string> | undefined,
  sender?: Address,
): readonly string[] {
  return logs
    .filter((log) => {
      const transfer = readTransfer(log)
      if (!transfer) return false
      return tokens === undefined || tokens.has(transfer.token) || transfer.from === sender
    })
    .map(logContent)
    .sort()
}

/** Returns the transaction index that most endpoints return; -1 if no endpoint returns one. */
function mostFrequentPlace(places: readonly number[]): number {
  const told = places.filter((place) => place >= 0)
  const votes = (place: number) => told.filter((other) => other === place).length
  return told.reduce((best, place) => (votes(place) > votes(best) ? place : best), told[0] ?? -1)
}

function middle(receipts: readonly Receipt[], of: (receipt: Receipt) => bigint): bigint {
  return median(receipts.map(of), (fee) => fee) ?? 0n
}
