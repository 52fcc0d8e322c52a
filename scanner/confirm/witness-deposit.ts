import type { Receipt } from '../../domain/chains/block.ts'
import { readTransfer } from '../../domain/chains/erc20.ts'
import { transferContent } from '../../domain/deposits/match-transfers.ts'
import { QuorumDisagrees, QuorumShort } from '../../domain/errors.ts'
import type { DepositWitness } from '../../domain/scan/deposit-witness.ts'
import type { DueDeposit } from '../../domain/scan/scan-store.ts'

/** The reason why a deposit is not handed over. */
export interface Doubt {
  readonly reason: 'rpc-quorum' | 'rpc-disagreement'
  readonly detail: string
}

/**
 * MONEY 20: compares a deposit that one node showed with the answers of enough endpoints: its
 * block, its receipt and, for native coin, its payment or its trace.
 * @returns undefined if all of these agree
 */
export async function doubtAbout(
  witness: DepositWitness,
  deposit: DueDeposit,
): Promise<Doubt | undefined> {
  try {
    const different = await differenceOf(witness, deposit)
    if (different === undefined) return undefined
    const detail = `the rpc endpoints contradict the one it was read from: ${different}`
    return { reason: 'rpc-disagreement', detail }
  } catch (error) {
    if (error instanceof QuorumShort) return { reason: 'rpc-quorum', detail: error.message }
    if (error instanceof QuorumDisagrees)
      return { reason: 'rpc-disagreement', detail: error.message }
    throw error
  }
}

async function differenceOf(
  witness: DepositWitness,
  deposit: DueDeposit,
): Promise<string | undefined> {
  const { blockNumber, blockHash, txHash } = deposit
  const canonical = await witness.blockHash(blockNumber)
  if (canonical === undefined) throw new QuorumShort(`the nodes have no block ${blockNumber} yet`)
  if (canonical !== blockHash) return `block ${blockNumber} is ${canonical}, not ${blockHash}`
  const receipt = await witness.receipt(txHash)
  if (receipt?.blockHash !== blockHash)
    return `transaction ${txHash} is not in block ${blockNumber}`
  if (!receipt.ok) return `transaction ${txHash} failed`
  if (deposit.position === 'native') return await nativeDifference(witness, deposit)
  if (deposit.asset === 'native') return await internalDifference(witness, deposit)
  const listed = transfersOf(receipt).get(transferContent(deposit)) ?? 0
  return fewerThanStored(deposit, listed, 'list')
}

/**
 * The counts of each receipt's transfers. They are kept, because thousands of deposits may share
 * one receipt.
 */
const counted = new WeakMap<Receipt, ReadonlyMap<string, number>>()

/** Returns how often a receipt lists each transfer. The keys are made by `transferContent`. */
function transfersOf(receipt: Receipt): ReadonlyMap<string, number> {
  const known = counted.get(receipt)
  if (known) return known
  const counts = new Map<string, number>()
  for (const log of receipt.logs) {
    const transfer = readTransfer(log)
    if (!transfer) continue
    const { token: asset, to: wallet, from: sender, amount } = transfer
    const content = transferContent({ position: '0', asset, wallet, sender, amount })
    counts.set(content, (counts.get(content) ?? 0) + 1)
  }
  counted.set(receipt, counts)
  return counts
}

/**
 * Returns a sentence if the endpoints show fewer equal transfers than deposits are stored for them.
 */
function fewerThanStored(
  { txHash, amount, sender, wallet, alike = 1 }: DueDeposit,
  count: number,
  verb: string,
): string | undefined {
  if (count >= alike) return undefined
  return `they ${verb} the transfer of ${amount} from ${sender} to ${wallet} ${count} times in ${txHash}, but ${alike} deposits are stored for it`
}

async function nativeDifference(
  witness: DepositWitness,
  { txHash, sender, wallet, amount }: DueDeposit,
): Promise<string | undefined> {
  const payment = await witness.payment(txHash)
  const same = payment?.from === sender && payment.to === wallet && payment.valueWei === amount
  return same ? undefined : `${txHash} pays ${payment?.valueWei} wei to ${payment?.to}`
}

async function internalDifference(
  witness: DepositWitness,
  deposit: DueDeposit,
): Promise<string | undefined> {
  const { txHash, sender: from, wallet: to, amount: value } = deposit
  return fewerThanStored(
    deposit,
    await witness.countInternalPayments(txHash, { from, to, value }),
    'trace',
  )
}

/**
 * Number of receipts that are kept. It is small, because one receipt may have 10 MB. Deposits come
 * in chain order, so the deposits of one transaction follow each other.
 */
const kept = 8

/** Caches blocks and receipts that several deposits of one batch share. Errors are cached too. */
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
