import { formatUnits, smallerOf } from '../amount.ts'
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
 * Why nodes do not take a signed transaction: `waiting(<reason>)` with its detail in the deposit's
 * row.
 */
export interface SendRefusal {
  readonly reason: Extract<WaitReason, 'gas-price' | 'gas-limit' | 'keeper-low' | 'send-refused'>
  readonly detail: string
}

/** How the note of a send begins that no node answered. */
export const noAnswer = 'no answer from the node'

/** From the second unheld send on, words count: one refusal may be a node's hiccup. */
const refusedAfterSends = 2
/** The first send, and one on each of two polls that found it nowhere. */
const silentAfterSends = 3
/** Silence of fewer blocks is how nodes behave that list no transaction before a block has it. */
const silentAfterBlocks = 3n
/**
 * A used nonce is how nodes refuse a transaction that a block took between the lookup and the send.
 */
const usedAfterBlocks = 3n

export interface SendsInput extends Pick<Transaction, 'step'> {
  readonly attempt: Attempt
  readonly quote: FeeQuote | undefined
  /** For how many blocks none has taken it; undefined where that can't be told. */
  readonly blocksUnmined: bigint | undefined
}

/**
 * What a row says of a transaction that no endpoint holds after so many sends; undefined while that
 * is too early to say. Words count at once. Silence counts once three blocks have passed it by:
 * many nodes list no transaction before a block has it (op-geth that forwards to a sequencer,
 * cdk-erigon #859, nethermind #1913). A used nonce counts as late: a block may have taken this very
 * transaction a moment ago. It explains a wait and never ends one: the chain alone judges a signed
 * transaction (MONEY 4).
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

export function inGwei(wei: bigint): string {
  return `${formatUnits(wei, 9)} gwei`
}

/**
 * Whether the words alone say that more gas is needed: such an attempt can't be mined as it is
 * (MONEY 8).
 */
export function isRefusedForGas(attempt: Pick<Attempt, 'unheld' | 'lastError'>): boolean {
  return isRefusedFor(attempt, new Set<SendRefusalKind>(['gas-limit-too-low']))
}

export function isRefusedForPrice(attempt: Pick<Attempt, 'unheld' | 'lastError'>): boolean {
  return isRefusedFor(attempt, priceKinds)
}

/** Refused for its max fee, not for a tip: a higher fee is what the node wants. */
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
 * The quote, with the tip that the newest attempt's refusal asked for where that is higher: a
 * node's floor may lie above its own suggestion. planFees still caps it by the chain's
 * `maxPriorityFeeGwei`.
 */
export function quoteAfterRefusal(quote: FeeQuote, attempt: Attempt): FeeQuote {
  const asked = isRefusedForPrice(attempt) ? tipAskedBy(attempt.lastError ?? '') : undefined
  return asked === undefined || asked <= quote.priorityFeeWei
    ? quote
    : { ...quote, priorityFeeWei: asked }
}

/**
 * Refused for its price, while the chain's suggestion or floor lies above its tip and the operator
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
 * The first sends follow poll by poll, later ones after 1, 2, 4 … 30 seconds: a refused transaction
 * is no hot loop.
 */
export function isResendDue(
  { unheld, lastSentAt }: Pick<Attempt, 'unheld' | 'lastSentAt'>,
  nowMs: number,
): boolean {
  if (lastSentAt === null || unheld < resendAtOnce) return true
  const elapsedMs = nowMs - lastSentAt.getTime()
  // A clock that went back must not stop it.
  return (
    elapsedMs < 0 || elapsedMs >= Math.min(1_000 * 2 ** (unheld - resendAtOnce), longestResendMs)
  )
}
