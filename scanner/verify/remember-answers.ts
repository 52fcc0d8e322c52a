import type { DepositWitness } from '../../domain/scan/deposit-witness.ts'

/**
 * Deposits come in chain order, so that those of one transaction are asked about one after another.
 * A receipt may have 10 MB.
 */
const kept = 8

/**
 * Asks once about a block or a receipt that several deposits of one batch share, also where the
 * answer is an error.
 */
export function rememberAnswers(witness: DepositWitness): DepositWitness {
  return {
    ...witness,
    blockHash: remembered((height: bigint) => witness.blockHash(height)),
    receipt: remembered((hash: `0x${string}`) => witness.receipt(hash)),
  }
}

function remembered<K, V>(ask: (key: K) => Promise<V>): (key: K) => Promise<V> {
  const answers = new Map<K, Promise<V>>()
  return (key) => {
    const known = answers.get(key)
    if (known !== undefined) return known
    const answer = ask(key)
    answers.set(key, answer)
    const [oldest] = answers.keys()
    if (answers.size > kept && oldest !== undefined) answers.delete(oldest)
    return answer
  }
}
