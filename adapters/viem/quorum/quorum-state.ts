import type { Hash } from '../../../domain/address.ts'
import type { FeeQuote } from '../../../domain/chains/fees.ts'
import type { ChainState } from '../../../domain/chains/nodes/chain-state.ts'
import { median } from '../fees/median.ts'
import { describeSides, oneAnswer, sidesOf } from './ballots.ts'
import type { Poll } from './poll.ts'
import { agreedHead, type QuorumFinality } from './quorum-heads.ts'
import { receiptBallot } from './quorum-history.ts'

type GasEstimate = Awaited<ReturnType<ChainState['estimateGas']>>

/**
 * MONEY 20: reads state from several endpoints. Answers about a fixed block must be equal. Honest
 * nodes answer differently about the present (head, tag, fees, an estimate). For these questions,
 * the result is a value that enough endpoints confirm.
 */
export function createQuorumState(
  chainId: number,
  poll: Poll<ChainState>,
  { taggedHeight, isFinal }: QuorumFinality,
  tokens?: ReadonlySet<string>,
): ChainState {
  const { needed } = poll
  const head = () => agreedHead(poll)
  const agree = <T>(what: string, ask: (state: ChainState) => Promise<T>) =>
    poll.settle<T, T>({
      what,
      ask,
      judge: oneAnswer(needed, String),
      contradicts: (late, agreed) => String(late) !== String(agreed),
    })
  const nonceAt: ChainState['nonceAt'] = (sender, atBlock) =>
    agree(`the nonce of ${sender} after block ${atBlock}`, (state) =>
      state.nonceAt(sender, atBlock),
    )
  const blockOf = async (atBlock: Hash | undefined) => atBlock ?? (await head()).hash

  return {
    chainId,
    head,
    taggedHeight,
    nonceAt,
    blockHash: (height) => hashOf(poll, height, isFinal),
    nativeBalance: (holder, atBlock) =>
      agree(`the balance of ${holder} after block ${atBlock}`, (state) =>
        state.nativeBalance(holder, atBlock),
      ),
    tokenBalance: (token, holder, atBlock) =>
      agree(`the balance of ${holder} in token ${token} after block ${atBlock}`, (state) =>
        state.tokenBalance(token, holder, atBlock),
      ),
    async listedAs(sender, nonce, inBlock) {
      const what = `the transaction with nonce ${nonce} of ${sender} in block ${inBlock}`
      // The answer is wrapped in an object, because a bare undefined would be an abstention.
      const ask = async (state: ChainState) => ({
        hash: await state.listedAs(sender, nonce, inBlock),
      })
      const judge = oneAnswer<{ hash: Hash | undefined }>(needed, ({ hash }) => hash ?? 'none')
      return (await poll.settle({ what, ask, judge })).hash
    },
    minedNonce: async (sender) => nonceAt(sender, (await head()).hash),
    async code(address, atBlock) {
      const block = await blockOf(atBlock)
      return await agree(`the code of ${address} after block ${block}`, (state) =>
        state.code(address, block),
      )
    },
    feeQuote: () =>
      poll.settle<FeeQuote, FeeQuote>({
        what: 'the price of gas',
        ask: (state) => state.feeQuote(),
        judge({ answers }) {
          if (answers.size < needed) return { kind: 'short' }
          return { kind: 'agreed', value: medianQuote([...answers.values()]) }
        },
      }),
    rollupFee: (draft) =>
      poll.settle<bigint, bigint>({
        what: `the rollup fee of a transaction to ${draft.to}`,
        ask: (state) => state.rollupFee(draft),
        judge({ answers }) {
          const value = median([...answers.values()], (fee) => fee)
          return value !== undefined && answers.size >= needed
            ? { kind: 'agreed', value }
            : { kind: 'short' }
        },
      }),
    async simulate(call, atBlock) {
      const block = await blockOf(atBlock)
      return await poll.settle({
        what: `a call of ${call.to} after block ${block}`,
        ask: (state) => state.simulate(call, block),
        // The reason of a revert is not compared, because clients word the same reason differently.
        judge: oneAnswer(needed, (answer) =>
          answer.kind === 'returned' ? `it returns ${answer.data}` : 'it reverts',
        ),
      })
    },
    estimateGas: (call, atHeight) =>
      poll.settle<GasEstimate, GasEstimate>({
        what: `the gas of a call of ${call.to}`,
        ask: (state) => state.estimateGas(call, atHeight),
        judge(votes) {
          // Each client searches in its own steps at its own head, so estimates need not be
          // equal.
          const [most] = sidesOf(votes, ({ kind }) => kind)
          if (!most || most.endpoints.length < needed) return { kind: 'short', askAll: true }
          const { answer } = most
          if (answer.kind === 'reverted') return { kind: 'agreed', value: answer }
          const gas = [...votes.answers.values()].filter((vote) => vote.kind === 'gas')
          // The upper middle value of an even number of estimates is used: too little gas costs a
          // fee for a failed transaction, and surplus gas costs nothing.
          return { kind: 'agreed', value: median(gas, (vote) => vote.gas, 'upper') ?? answer }
        },
      }),
    receipt: (hash) => poll.settle(receiptBallot(hash, needed, isFinal, tokens)),
  }
}

/**
 * Returns the hash at a height, or undefined if enough endpoints have no block there. Two hashes
 * are a fork that resolves with time. At a final height they are a disagreement.
 */
function hashOf(
  poll: Poll<ChainState>,
  height: bigint,
  isFinal: (height: bigint) => Promise<boolean>,
): Promise<Hash | undefined> {
  return poll.settle<{ readonly hash: Hash | undefined }, Hash | undefined>({
    what: `block ${height}`,
    ask: async (state) => ({ hash: await state.blockHash(height) }),
    async judge(votes) {
      const all = sidesOf(votes, ({ hash }) => hash ?? 'none')
      const sides = all.filter(({ answer }) => answer.hash !== undefined)
      if (sides.length > 1 && (await isFinal(height))) {
        return { kind: 'disagree', sides: describeSides(sides, ({ hash }) => hash ?? 'none') }
      }
      const carried = all.find(({ endpoints }) => endpoints.length >= poll.needed)
      if (carried) return { kind: 'agreed', value: carried.answer.hash }
      return { kind: 'short', askAll: true }
    },
  })
}

/**
 * Returns the median of each figure by itself, because an endpoint's quote may have one correct and
 * one wrong figure.
 */
function medianQuote(quotes: readonly FeeQuote[]): FeeQuote {
  const middle = (of: (quote: FeeQuote) => bigint) => median(quotes.map(of), (fee) => fee) ?? 0n
  const baseFees = quotes.flatMap(({ baseFeeWei }) => baseFeeWei ?? [])
  return {
    blockNumber: middle(({ blockNumber }) => blockNumber),
    baseFeeWei: baseFees.length * 2 > quotes.length ? median(baseFees, (fee) => fee) : undefined,
    gasPriceWei: middle(({ gasPriceWei }) => gasPriceWei),
    priorityFeeWei: middle(({ priorityFeeWei }) => priorityFeeWei),
  }
}
