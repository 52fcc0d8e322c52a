import type { Hash } from '../../../domain/address.ts'
import type { Log, Receipt } from '../../../domain/block.ts'
import type { ChainState } from '../../../domain/ports/chain-state.ts'
import { foundBallot } from './found-ballot.ts'
import { median } from './median.ts'
import type { Ballot } from './poll.ts'

export function receiptBallot(
  hash: Hash,
  needed: number,
  isFinal: (height: bigint) => Promise<boolean>,
): Ballot<ChainState, { readonly found: Receipt | undefined }, Receipt | undefined> {
  return foundBallot({
    what: `the receipt of ${hash}`,
    needed,
    isFinal,
    ask: (state) => state.receipt(hash),
    keyOf(receipt) {
      const { transactionHash, transactionIndex, blockNumber, blockHash, from, to, ok, gasUsed } =
        receipt
      return JSON.stringify([
        ...[transactionHash, transactionIndex, `${blockNumber}`, blockHash],
        ...[from, to, ok, `${gasUsed}`, toldAlike(receipt.logs)],
      ])
    },
    merge: (alike) => ({
      ...alike[0],
      effectiveGasPriceWei: middle(alike, (receipt) => receipt.effectiveGasPriceWei),
      l1FeeWei: middle(alike, (receipt) => receipt.l1FeeWei),
    }),
    say: ({ ok, blockNumber, blockHash, logs }) =>
      `status ${ok ? 1 : 0} with ${logs.length} logs in block ${blockNumber} (${blockHash})`,
  })
}

/**
 * Of receipts fees are left out, which clients fill in differently (the middle one is taken), and of logs their place in the block, which a few count
 * their own way.
 */
export function toldAlike(logs: readonly Log[]) {
  return logs.map(({ address, topics, data }) => [address, ...topics, data])
}

function middle(receipts: readonly Receipt[], of: (receipt: Receipt) => bigint): bigint {
  return median(receipts.map(of), (fee) => fee) ?? 0n
}
