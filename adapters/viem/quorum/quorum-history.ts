import type { MinedTransaction } from '../../../domain/chains/mined-transaction.ts'
import type { ChainHistory } from '../../../domain/chains/nodes/chain-state.ts'
import { ChainAnswerBad, ChainMoved } from '../../../domain/errors.ts'
import { foundBallot } from './found-ballot.ts'
import type { Poll } from './poll.ts'
import { mostToldPlace, toldAlike } from './receipts.ts'

/**
 * MONEY 20: the ChainHistory of several endpoints. What they can't agree on is neither adopted nor
 * booked.
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
            txIndex: mostToldPlace(alike.map(({ txIndex }) => txIndex)),
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
    ...[mined.authorizes, `${mined.gasUsed}`, toldAlike(mined.logs, tokens, from)],
  ])
}
