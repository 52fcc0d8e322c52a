import { encodeTransfer } from '../../../domain/chains/erc20.ts'
import { ChainAnswerBad, ChainRefused } from '../../../domain/errors.ts'
import { lacksMethod } from '../node-errors/lacks-method.ts'
import type { Probe, ProbedChain } from './probe.ts'
import { tryTraceOfBlock, tryTraceOfTransaction } from './try-trace.ts'

const withTokens = ({ tokens }: ProbedChain) => tokens.length > 0
const withTraces = ({ internalTransfers }: ProbedChain) => internalTransfers === 'trace'

/**
 * An empty RLP list, which is not a transaction. Every node rejects it. A node without the method
 * rejects it with another error than a node that has the method.
 */
const noTransaction = '0xc0'

const scanning: readonly Probe[] = [
  {
    method: 'eth_getBlockByNumber (latest)',
    usedFor: 'the head',
    consequence: 'nothing is scanned, planned or tracked',
    need: 'required',
    ask: ({ reader }) => reader.head(),
  },
  {
    method: 'eth_getBlockByNumber (height)',
    usedFor: 'headers: reorgs, the canonical hash of a height',
    consequence: 'the scanner halts at the first reorg, and nothing becomes final',
    need: 'required',
    async ask({ reader, state }, { finalBlock: { height } }) {
      await present(reader.header(height), `header ${height}`)
      await present(state.blockHash(height), `block ${height}`)
    },
  },
  {
    method: 'eth_getBlockByNumber (height, with transactions)',
    usedFor: 'native deposits, transactions of keepers and wallets',
    consequence: 'the scanner halts',
    need: 'required',
    ask: ({ reader }, { block: { number } }) => present(reader.block(number), `block ${number}`),
  },
  {
    method: 'eth_getBlockByNumber (finality tag)',
    usedFor: 'finality',
    consequence: 'no deposit is confirmed and no sweep ends',
    need: 'required',
    isReportedElsewhere: true,
    asked: ({ finality }) => finality.tag !== undefined && finality.depthWithoutTag === undefined,
    async ask({ reader }, _sample, { finality: { tag } }) {
      if (tag) await present(reader.taggedHeight(tag), `${tag} block`)
    },
  },
  {
    method: 'eth_getLogs (block hash)',
    usedFor: 'token deposits near the head',
    consequence: 'the scanner halts',
    need: 'required',
    asked: withTokens,
    ask: ({ reader }, { block }, { tokens }) => reader.transferLogsOfBlock(block.hash, tokens),
  },
  {
    method: 'eth_getLogs (heights)',
    usedFor: 'token deposits while catching up, the recheck before final',
    consequence: 'the scanner halts',
    need: 'required',
    asked: withTokens,
    ask: ({ reader }, { block: { number } }, { tokens }) =>
      reader.transferLogsOfRange(number, number, tokens),
  },
  {
    method: 'eth_getLogs (heights, recipients)',
    usedFor: 'token deposits of wallets that are found late',
    consequence: 'the backfill of a new wallet is repeated endlessly',
    need: 'required',
    asked: withTokens,
    ask: ({ reader }, { block: { number } }, { tokens, keeper }) =>
      reader.transferLogsOfRange(number, number, tokens, [keeper]),
  },
  {
    method: 'eth_getLogs (heights), a final block',
    usedFor: 'the recheck before final on chains with slow finality',
    consequence: 'blocks are rechecked by their receipts, with one request per transaction',
    need: 'optional',
    asked: withTokens,
    ask: ({ reader }, { finalBlock: { height } }, { tokens }) =>
      reader.transferLogsOfRange(height, height, tokens),
  },
  {
    method: 'debug_traceBlockByHash or trace_block',
    usedFor: 'native coin that contracts pay to wallets',
    consequence: 'deposits paid by contracts are not found',
    need: 'required',
    asked: withTraces,
    ask: tryTraceOfBlock,
  },
  {
    method: 'debug_traceTransaction or trace_transaction',
    usedFor: 'the quorum on native coin that contracts pay',
    consequence: 'deposits paid by contracts stay confirming(rpc-quorum)',
    need: 'required',
    isReportedElsewhere: true,
    asked: withTraces,
    ask: tryTraceOfTransaction,
  },
]

const transactions: readonly Probe[] = [
  {
    method: 'eth_getTransactionReceipt',
    usedFor: 'crediting deposits, finding our transactions, recording sweeps',
    consequence: 'transactions stay unread, and no sweep ends',
    need: 'required',
    ask: ({ state }, { transaction }) => state.receipt(transaction),
  },
  {
    method: 'eth_getTransactionByHash',
    usedFor: 'whether a sent transaction is known, the quorum on native deposits, recover',
    consequence: 'transactions are sent at every poll, deposits stay confirming(rpc-quorum)',
    need: 'required',
    async ask({ broadcaster, history, payments }, { transaction }) {
      await broadcaster.knows(transaction)
      await payments.payment(transaction)
      await history.mined(transaction)
    },
  },
  {
    method: 'eth_getBlockByHash (with transactions)',
    usedFor: 'finding the transaction that used one of our nonces',
    consequence: 'a transaction whose nonce was used by another one never ends as displaced',
    need: 'optional',
    ask: ({ state }, { block }, { keeper }) => state.listedAs(keeper, 0n, block.hash),
  },
  {
    method: 'eth_sendRawTransaction',
    usedFor: 'sending gas and sweeps',
    consequence: 'nothing is swept',
    need: 'required',
    async ask({ broadcaster }) {
      const answer = await broadcaster.send(noTransaction)
      if (answer.kind === 'accepted') return
      const refusal = new ChainRefused(answer.words)
      if (lacksMethod(refusal)) throw refusal
    },
  },
]

const money: readonly Probe[] = [
  {
    method: 'eth_getBalance ({blockHash})',
    usedFor: 'plans, gas funding, reconcile',
    consequence: 'no sweep is planned or signed',
    need: 'required',
    ask: ({ state }, { block }, { keeper }) => state.nativeBalance(keeper, block.hash),
  },
  {
    method: 'eth_getTransactionCount ({blockHash})',
    usedFor: 'nonces after a block, wallets that are found late',
    consequence: 'with several endpoints no lane opens, and lost nonces are not noticed',
    need: 'required',
    ask: ({ state }, { block }, { keeper }) => state.nonceAt(keeper, block.hash),
  },
  {
    method: 'eth_getTransactionCount (latest)',
    usedFor: 'the nonce of the next transaction',
    consequence: 'nothing is signed',
    need: 'required',
    ask: ({ state }, _sample, { keeper }) => state.minedNonce(keeper),
  },
  {
    method: 'eth_call ({blockHash})',
    usedFor: 'token balances and simulated transfers of a plan',
    consequence: 'no token sweep is planned',
    need: 'required',
    async ask({ state }, { block: { hash } }, { tokens, coldWallet, keeper }) {
      const [token] = tokens
      const to = token ?? keeper
      const data = token ? encodeTransfer(coldWallet, 0n) : '0x'
      await state.simulate({ from: keeper, to, data }, hash)
      if (token) await state.tokenBalance(token, coldWallet, hash).catch(unlessNoToken)
    },
  },
  {
    method: 'eth_call (latest)',
    usedFor: 'L1 fees of rollups, facts of tokens',
    consequence: 'sweeps on a rollup are not planned',
    need: 'required',
    ask: ({ state }, _sample, { keeper, coldWallet }) =>
      state.simulate({ from: keeper, to: coldWallet, data: '0x' }),
  },
  {
    method: 'eth_getCode ({blockHash})',
    usedFor: 'whether the cold wallet or a sender has code',
    consequence: 'with several endpoints no sweep is planned',
    need: 'required',
    ask: ({ state }, { block }, { coldWallet }) => state.code(coldWallet, block.hash),
  },
  {
    method: 'eth_getCode (latest)',
    usedFor: 'whether the cold wallet or a sender has code',
    consequence: 'no native sweep is planned',
    need: 'required',
    ask: ({ state }, _sample, { coldWallet }) => state.code(coldWallet),
  },
  {
    method: 'eth_estimateGas',
    usedFor: 'gas of native transfers',
    consequence: 'no native sweep is planned if the cold wallet has code',
    need: 'required',
    ask: ({ state }, _sample, { keeper, coldWallet }) =>
      state.estimateGas({ from: keeper, to: coldWallet, data: '0x', valueWei: 0n }),
  },
  {
    method: 'eth_estimateGas (height)',
    usedFor: 'gas of token transfers, at the block of the balance',
    consequence: 'no token sweep is planned',
    need: 'required',
    asked: withTokens,
    async ask({ state }, { block: { number } }, { tokens: [token], keeper, coldWallet }) {
      if (!token) return
      const data = encodeTransfer(coldWallet, 0n)
      await state.estimateGas({ from: keeper, to: token, data, valueWei: 0n }, number)
    },
  },
  {
    method: 'eth_gasPrice',
    usedFor: 'fees',
    consequence: 'nothing is planned, signed or bumped',
    need: 'required',
    ask: ({ state }) => state.feeQuote(),
  },
  {
    method: 'eth_getBalance ({blockHash}), a final block',
    usedFor: 'the balance that a final sweep left in its wallet, reconcile',
    consequence: 'sweeps are recorded from their logs alone, and reconcile can fail',
    need: 'optional',
    ask: ({ state }, { finalBlock }, { keeper }) => state.nativeBalance(keeper, finalBlock.hash),
  },
]

/**
 * Every request that scanner, plans, quorum, lane loop and reconcile send to a node. The probes
 * send the requests through the same functions as these parts.
 * `test/adapters/viem/capabilities/probes.test.ts` compares the list with the requests of a whole
 * run.
 */
export const probes: readonly Probe[] = [...scanning, ...transactions, ...money]

async function present<T>(answer: Promise<T | undefined>, what: string): Promise<T> {
  const found = await answer
  if (found === undefined) throw new ChainRefused(`the node has no ${what}`)
  return found
}

/** Ignores a wrong answer of the token's contract: the token check reports it, not the probe. */
function unlessNoToken(error: unknown): void {
  if (!(error instanceof ChainAnswerBad)) throw error
}
