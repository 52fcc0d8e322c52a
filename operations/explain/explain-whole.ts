import { getAddress } from 'viem/utils'
import type { Hash } from '../../domain/address.ts'
import type {
  FoundTransaction,
  MinedTransactionView,
} from '../../domain/chains/nodes/transaction-finder.ts'
import type { TransactionRows } from '../../domain/scan/explain-rows.ts'
import type { Answer, ExplainedChain, Wording } from './answer.ts'

/** coldsweep's own transactions, by their rows. */
export function ownAnswers(
  { own }: TransactionRows,
  chainId: number,
  { commands }: Wording,
): readonly Answer[] {
  return own
    .filter((one) => one.chainId === chainId)
    .map((one) => ({
      cause: 'own-transaction',
      why: `coldsweep signed it: ${one.kind === 'cancel' ? 'a cancel of ' : ''}the ${one.step} transaction of sweep ${one.sweepId}, ${one.state}`,
      commands: one.depositIds.slice(0, 3).map(commands.sweep),
    }))
}

/** @param asked words for the movements that a transaction in the pool asks for */
export function unmined(
  found: Exclude<FoundTransaction, MinedTransactionView>,
  chain: ExplainedChain,
  hash: Hash,
  asked: readonly string[],
  { commands }: Wording,
): Answer {
  if (found.kind === 'absent') {
    return {
      cause: 'no-such-transaction',
      why: `no node of ${chain.name} has it, neither in a block nor in its pool`,
      commands: [commands.explain(hash)],
    }
  }
  return {
    cause: 'pending',
    why: `a node of ${chain.name} has it in its pool, sent by ${getAddress(found.transaction.from)} with nonce ${found.nonce}, and it asks for ${asked.join(' and ')}; no block has it, so it is credited only after it is mined and final`,
    commands: [commands.explain(hash)],
  }
}

export function unreachable(words: string, hash: Hash, { commands }: Wording): Answer {
  return {
    cause: 'chain-unreachable',
    why: `the chain could not be asked, so it is unknown whether it has the transaction: ${words}`,
    commands: [commands.explain(hash)],
  }
}

export function untraced({ name }: ExplainedChain): Answer {
  return {
    cause: 'not-traced',
    why: `no node of ${name} traces the transaction, so native coin that a contract moved inside it is not shown here`,
    commands: [],
  }
}
