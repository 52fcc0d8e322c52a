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
 * Why nodes reject a signed transaction: `waiting(<reason>)` and its detail in the deposit's row.
 */
export interface SendRefusal {
  readonly reason: Extract<WaitReason, 'gas-price' | 'gas-limit' | 'keeper-low' | 'send-refused'>
  readonly detail: string
}

/** Start of the note of a send that no node answered. */
export const noAnswer = 'no answer from the node'

/** A rejection counts from the second unheld send on: a single one may be a node's hiccup. */
const refusedAfterSends = 2
/** The first send, and one on each of two polls that did not find the transaction. */
const silentAfterSends = 3
/** Nodes that list no transaction before it is mined are silent for fewer blocks. */
const silentAfterBlocks = 3n
/** Nodes answer "nonce used" for a transaction that was mined between the lookup and the send. */
const usedAfterBlocks = 3n

export interface SendsInput extends Pick<Transaction, 'step'> {
  readonly attempt: Attempt
  readonly quote: FeeQuote | undefined
  /** Blocks since it could have been mined; undefined where unknown. */
  readonly blocksUnmined: bigint | undefined
}

/**
 * Wait of a transaction that no endpoint holds after several sends; undefined while that is too
 * early to say. A rejection counts at once. Silence counts after three blocks: many nodes list no
 * transaction before it is mined (op-geth that forwards to a sequencer, cdk-erigon #859, nethermind
 * #1913). A used nonce counts as late, because this very transaction may just have been mined. The
 * result explains a wait and ends nothing: only the chain judges a signed transaction (MONEY 4).
 */
export function judgeSends(
  { gas }: Pick<Chain, 'gas'>,
  { step, attempt, quote, blocksUnmined = 0n }: SendsInput,
): SendRefusal | undefined {
  const { unheld, lastError: words } = attempt
  if (words === null) {
    if (unheld < silentAfterSends || blocksUnmined < silentAfterBlocks) return undefined
    const detail = `refused in silence: nodes answer each send with the hash ${attempt.hash}, and for ${silentAfterBlocks} blocks and more a lookup finds it in no pool and no block; it is sent again`
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
    const asks = asked === undefined ? '' : `, the node asks ${asked}`
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
  return `the node asks a tip of ${inGwei(asked)}, ${allowed}, ${signed}`
}

/**
 * Whether the node’s text asks for more gas: such an attempt cannot be mined unchanged (MONEY 8).
 */
export function isRefusedForGas(attempt: Pick<Attempt, 'unheld' | 'lastError'>): boolean {
  return isRefusedFor(attempt, new Set<SendRefusalKind>(['gas-limit-too-low']))
}

export function isRefusedForPrice(attempt: Pick<Attempt, 'unheld' | 'lastError'>): boolean {
  return isRefusedFor(attempt, priceKinds)
}

/** Rejected for its max fee, not for its tip: the node wants a higher fee. */
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
 * The quote, with the tip that the newest attempt's rejection asked for where it is higher: a
 * node's floor may exceed its own suggestion. planFees still caps it at the chain's
 * `maxPriorityFeeGwei`.
 */
export function quoteAfterRefusal(quote: FeeQuote, attempt: Attempt): FeeQuote {
  const asked = isRefusedForPrice(attempt) ? tipAskedBy(attempt.lastError ?? '') : undefined
  return asked === undefined || asked <= quote.priorityFeeWei
    ? quote
    : { ...quote, priorityFeeWei: asked }
}

/**
 * Rejected for its price, while the chain's suggestion or floor exceeds its tip and the operator
 * allows a higher one.
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
 * The first sends follow poll by poll, later ones after 1, 2, 4 … 30 seconds, so that a rejected
 * transaction causes no hot loop.
 */
export function isResendDue(
  { unheld, lastSentAt }: Pick<Attempt, 'unheld' | 'lastSentAt'>,
  nowMs: number,
): boolean {
  if (lastSentAt === null || unheld < resendAtOnce) return true
  const elapsedMs = nowMs - lastSentAt.getTime()
  // A clock that was set back must not stop resends.
  return (
    elapsedMs < 0 || elapsedMs >= Math.min(1_000 * 2 ** (unheld - resendAtOnce), longestResendMs)
  )
}
