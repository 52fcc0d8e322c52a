import type { ChainState } from '../../../domain/chains/nodes/chain-state.ts'
import type { DepositWitness, Payment } from '../../../domain/scan/deposit-witness.ts'
import { createChainState } from '../chain-state.ts'
import { createPayments, type Payments } from '../payments.ts'
import { askReceipt } from '../requests/ask-receipt.ts'
import { oneAnswer } from './ballots.ts'
import { type MoneyNodesOptions, nodesOf, pollOf, tokensOf } from './open-money-nodes.ts'
import { createQuorumFinality } from './quorum-heads.ts'
import { createQuorumState } from './quorum-state.ts'

/**
 * Opens the quorum with which the scanner checks deposits before it confirms them. Returns
 * undefined if the chain has a single endpoint.
 */
export function openWitness(options: MoneyNodesOptions): DepositWitness | undefined {
  const { chain, quorum } = options
  const each = nodesOf(options)
  if (each.length < 2) return undefined
  const poll = pollOf<ChainState & Payments>(options, each, (nodes) => ({
    ...createChainState(chain.id, nodes),
    ...createPayments(nodes),
    // A deposit's check needs no fee, and some nodes omit the fee.
    receipt: (hash) => askReceipt(nodes.ask, hash, { withFee: false }),
  }))
  const finality = createQuorumFinality(poll, chain.finality)
  const state = createQuorumState(chain.id, poll, finality, tokensOf(chain))
  const { head, blockHash, receipt, tokenBalance } = state
  return {
    head,
    tokenBalance,
    finalHeight: finality.finalHeight,
    blockHash,
    receipt,
    payment: (hash) =>
      poll.settle<Payment, Payment>({
        what: `the payment of ${hash}`,
        ask: (port) => port.payment(hash),
        judge: oneAnswer(
          quorum,
          ({ from, to, valueWei }) => `${valueWei} wei from ${from} to ${to}`,
        ),
      }),
    // Only this payment is compared. A deposit does not wait if tracers differ about other calls.
    countInternalPayments: (hash, payment) =>
      poll.settle<number, number>({
        what: `how often a contract pays ${payment.value} wei from ${payment.from} to ${payment.to} in ${hash}`,
        ask: (port) => port.countInternalPayments(hash, payment),
        judge: oneAnswer(quorum, (count) => `${count} times`),
      }),
  }
}
