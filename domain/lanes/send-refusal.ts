import { inGwei, smallerOf } from '../amount.ts'
import type { Chain } from '../chains/chain.ts'
import type { FeeQuote } from '../chains/fees.ts'
import type { WaitReason } from '../deposits/deposit-state.ts'
import {
  gasAskedBy,
  priceKinds,
  type SendRefusalKind,
  sendRefusalKind,
  tipAskedBy,
} from './send-refusal-kind.ts'
import type { Attempt, Transaction } from './transaction.ts'

/**
 * Why nodes reject a signed transaction: the reason of `waiting(<reason>)` and its detail in the
 * deposit's row.
 */
export interface SendRefusal {
  readonly reason: Extract<WaitReason, 'gas-price' | 'gas-limit' | 'keeper-low' | 'send-refused'>
  readonly detail: string
}

/** Start of an attempt's `lastError` if no node answered the last send. */
export const noAnswer = 'no answer from the node'

/**
 * Number of sends, since a node last held the transaction, from which a rejection counts. A single
 * rejection may be an accident of one node.
 */
const refusedAfterSends = 2
/**
 * Number of sends from which silence counts: the first send, and one send at each of two polls that
 * did not find the transaction.
 */
const silentAfterSends = 3
/**
 * Number of blocks from which silence counts. Fewer blocks prove nothing, because many nodes list
 * no transaction before it is mined.
 */
const silentAfterBlocks = 3n
/**
 * Number of blocks from which the answer "nonce used" counts. Nodes also give this answer if the
 * transaction was mined between the lookup and the send.
 */
const usedAfterBlocks = 3n

export interface SendsInput extends Pick<Transaction, 'step'> {
  readonly attempt: Attempt
  readonly quote: FeeQuote | undefined
  /** Number of blocks in which the transaction could have been mined; undefined where unknown. */
  readonly blocksUnmined: bigint | undefined
}

/**
 * Explains why a transaction waits that no endpoint holds after several sends. undefined while it
 * is too early to know.
 * - A rejection counts at the second send.
 * - A node that accepts a transaction but does not hold it rejects it silently. A silent rejection
 *   counts after three blocks, because many nodes list no transaction before it is mined (op-geth
 *   that forwards to a sequencer, cdk-erigon #859, nethermind #1913).
 * - A used nonce also counts after three blocks, because this transaction may just have been mined.
 *
 * The result only explains the wait. Whether a signed transaction has ended is judged by the chain
 * alone (MONEY 4).
 */
export function judgeSends(
  { gas }: Pick<Chain, 'gas'>,
  { step, attempt, quote, blocksUnmined = 0n }: SendsInput,
): SendRefusal | undefined {
  const { unheld, lastError: words } = attempt
  if (words === null) {
    if (unheld < silentAfterSends || blocksUnmined < silentAfterBlocks) return undefined
    const detail = `rejected silently: nodes answer each send with the hash ${attempt.hash}, but for ${silentAfterBlocks} blocks or more no lookup has found it in a pool or a block; the transaction is sent again`
    return { reason: 'send-refused', detail }
  }
  if (unheld < refusedAfterSends) return undefined
  if (words.startsWith(noAnswer))
    return { reason: 'send-refused', detail: `${words}; the transaction is sent again` }
  const kind = sendRefusalKind(words)
  if (kind === 'nonce-too-low' && blocksUnmined < usedAfterBlocks) return undefined
  const said = `the node rejects the transaction (${kind}): "${words}"`
  if (kind === 'gas-limit-too-low' || kind === 'block-gas-limit') {
    const asked = gasAskedBy(words)
    const asks = asked === undefined ? '' : `, the node requires ${asked}`
    return {
      reason: 'gas-limit',
      detail: `gas limit ${attempt.gasLimit} is signed${asks}; ${said}`,
    }
  }
  if (kind === 'insufficient-funds' && step === 'gas') return { reason: 'keeper-low', detail: said }
  if (!priceKinds.has(kind)) return { reason: 'send-refused', detail: said }
  return { reason: 'gas-price', detail: `${priceWords(gas, attempt, words, quote)}; ${said}` }
}

function priceWords(
  gas: Chain['gas'],
  { maxFeeWei, maxPriorityFeeWei }: Attempt,
  words: string,
  quote: FeeQuote | undefined,
): string {
  const asked = tipAskedBy(words) ?? quote?.priorityFeeWei
  const signed = `a tip of ${inGwei(maxPriorityFeeWei)} and a max fee of ${inGwei(maxFeeWei)} are signed`
  if (asked === undefined || asked <= maxPriorityFeeWei) return signed
  const allowed = `gas.maxPriorityFeeGwei allows ${inGwei(gas.maxPriorityFeeWei)}`
  return `the node asks for a tip of ${inGwei(asked)}, ${allowed}, ${signed}`
}

/**
 * Returns whether the node’s text asks for a higher gas limit. Such an attempt cannot be mined
 * (MONEY 8).
 */
export function isRefusedForGas(attempt: Pick<Attempt, 'unheld' | 'lastError'>): boolean {
  return isRefusedFor(attempt, new Set<SendRefusalKind>(['gas-limit-too-low']))
}

/** Returns whether the node rejected the attempt for its tip or its max fee. */
export function isRefusedForPrice(attempt: Pick<Attempt, 'unheld' | 'lastError'>): boolean {
  return isRefusedFor(attempt, priceKinds)
}

/** Returns whether the node rejected the attempt for its max fee, and not for its tip. */
export function isRefusedForFee(attempt: Pick<Attempt, 'unheld' | 'lastError'>): boolean {
  return isRefusedFor(attempt, feeKinds)
}

const feeKinds = new Set<SendRefusalKind>(['replacement-underpriced', 'underpriced'])

function isRefusedFor(
  { unheld, lastError }: Pick<Attempt, 'unheld' | 'lastError'>,
  kinds: ReadonlySet<SendRefusalKind>,
): boolean {
  return unheld > 0 && lastError !== null && kinds.has(sendRefusalKind(lastError))
}

/**
 * Returns the quote with a higher tip, if a node required a higher one when it rejected the newest
 * attempt. A node may require more than it suggests. `planFees` still caps the tip at the chain's
 * `maxPriorityFeeGwei`.
 */
export function quoteAfterRefusal(quote: FeeQuote, attempt: Attempt): FeeQuote {
  const asked = isRefusedForPrice(attempt) ? tipAskedBy(attempt.lastError ?? '') : undefined
  return asked === undefined || asked <= quote.priorityFeeWei
    ? quote
    : { ...quote, priorityFeeWei: asked }
}

/**
 * Returns whether a higher tip may cure the rejection: the attempt was rejected for its price,
 * nodes suggest or require a higher tip, and the operator allows a higher tip.
 */
export function isUnderTipped(
  { feeMode, gas }: Pick<Chain, 'feeMode' | 'gas'>,
  quote: FeeQuote,
  attempt: Attempt,
): boolean {
  if (feeMode === 'legacy' || !isRefusedForPrice(attempt)) return false
  return smallerOf(quote.priorityFeeWei, gas.maxPriorityFeeWei) > attempt.maxPriorityFeeWei
}

const resendAtOnce = 10
const longestResendMs = 30_000

/**
 * Returns whether an attempt that no node holds is sent again now. The first 10 sends follow at
 * each poll, later sends after 1, 2, 4 … 30 seconds, so that a rejected transaction does not cause
 * a hot loop.
 */
export function isResendDue(
  { unheld, lastSentAt }: Pick<Attempt, 'unheld' | 'lastSentAt'>,
  nowMs: number,
): boolean {
  if (lastSentAt === null || unheld < resendAtOnce) return true
  const elapsedMs = nowMs - lastSentAt.getTime()
  // A clock that was set back must not stop the resends.
  return (
    elapsedMs < 0 || elapsedMs >= Math.min(1_000 * 2 ** (unheld - resendAtOnce), longestResendMs)
  )
}
