import type { Hash } from '../../../domain/address.ts'
import type { Receipt } from '../../../domain/block.ts'
import type { ChainState } from '../../../domain/ports/chain-state.ts'
import type { Ballot, Verdict } from './poll.ts'
import type { Votes } from './question.ts'
import { describeSides, type Side, sidesOf } from './sides.ts'

/** What an endpoint says about a transaction: its receipt, or that it knows of none. */
interface Found {
  readonly receipt: Receipt | undefined
}

/**
 * A receipt names its block, so two receipts of one block must be the same. A node without one may only be behind:
 * `undefined` is agreed on where enough say so and what the others show is not final yet. A receipt in a final block that
 * others deny to the end of the grace time is a disagreement.
 */
export function receiptBallot(
  hash: Hash,
  needed: number,
  isFinal: (height: bigint) => Promise<boolean>,
): Ballot<ChainState, Found, Receipt | undefined> {
  const judge = async (votes: Votes<Found>): Promise<Verdict<Receipt | undefined>> => {
    const sides = sidesOf(votes, keyOf)
    const shown = sides.flatMap((side) => (side.answer.receipt ? [side.answer.receipt] : []))
    const denials = sides.find(({ answer }) => !answer.receipt)?.endpoints.length ?? 0
    const told = () => describeSides(sides, say)
    const [first] = shown
    if (!first) return denials >= needed ? { kind: 'agreed', value: undefined } : { kind: 'short' }
    const blocks = new Set(shown.map(({ blockHash }) => blockHash))
    if (blocks.size < shown.length) return { kind: 'disagree', sides: told() }
    const carried = sides.find((side) => side.answer.receipt && side.endpoints.length >= needed)
    if (shown.length === 1 && carried) return { kind: 'agreed', value: first }
    // Two blocks, or one that others deny: a fork or a node behind, unless the heights are final.
    const final = (await Promise.all(shown.map((r) => isFinal(r.blockNumber)))).filter(Boolean)
    if (final.length > 1) return { kind: 'disagree', sides: told() }
    if (final.length === 1) return { kind: 'short', askAll: true, liesAtEnd: told() }
    if (carried) return { kind: 'agreed', value: carried.answer.receipt }
    return denials >= needed
      ? { kind: 'agreed', value: undefined }
      : { kind: 'short', askAll: true }
  }
  return {
    what: `the receipt of ${hash}`,
    ask: async (state) => ({ receipt: await state.receipt(hash) }),
    judge,
    contradicts: ({ receipt }, agreed) =>
      receipt?.blockHash === agreed?.blockHash && keyOf({ receipt }) !== keyOf({ receipt: agreed }),
  }
}

/** Fees are left out, which clients fill in differently, and the log's place in the block, which a few count their own way. */
function keyOf({ receipt }: Found): string {
  if (!receipt) return 'none'
  const { transactionHash, transactionIndex, blockNumber, blockHash, from, to, ok, gasUsed } =
    receipt
  const logs = receipt.logs.map(({ address, topics, data }) => [address, ...topics, data])
  return JSON.stringify([
    ...[transactionHash, transactionIndex, `${blockNumber}`, blockHash],
    ...[from, to, ok, `${gasUsed}`, logs],
  ])
}

function say({ receipt }: Side<Found>['answer']): string {
  if (!receipt) return 'no receipt'
  const { ok, blockNumber, blockHash, logs } = receipt
  return `status ${ok ? 1 : 0} with ${logs.length} logs in block ${blockNumber} (${blockHash})`
}
