/** Why a node rejected a signed transaction, according to the node's text. */
export type SendRefusalKind =
  | 'already-known'
  | 'replacement-underpriced'
  | 'tip-too-low'
  | 'underpriced'
  | 'node-fee-cap'
  | 'gas-limit-too-low'
  | 'block-gas-limit'
  | 'insufficient-funds'
  | 'nonce-too-low'
  | 'nonce-too-high'
  | 'sender-limit'
  | 'pool-full'
  | 'sender-blocked'
  | 'type-unsupported'
  | 'wrong-chain'
  | 'size-limit'
  | 'provider'
  | 'other'

/**
 * Patterns of the error texts of geth, erigon, nethermind, besu, reth, bor, bsc, nitro, op-geth,
 * zksync, hiero, cosmos-evm and gateways. The first match counts. A kind explains a wait to
 * operators and selects transactions that may be bumped. It never ends a transaction (MONEY 4).
 */
const patterns: readonly (readonly [SendRefusalKind, RegExp])[] = [
  // Matches geth's "address already reserved" and the limits of all clients for EIP-7702 accounts
  // and for senders of blobs. This pattern is before `nonce-too-high`, which would match
  // "delegation nonce gap", and before `pool-full`, which would match "in-flight transaction limit
  // reached".
  [
    'sender-limit',
    /in-?flight transaction limit|(?:address|authority|authorit\S*|account) (?:is )?(?:already )?reserved|already reserved|delegated account|too many (?:pending )?transactions from|account (?:tx |transaction )?limit|exceeds? the max number of transactions per sender|per[- ]account|sender'?s? (?:tx )?limit|pending (?:tx|transaction)s? limit|delegation nonce gap|NotCurrentNonceForDelegation|delegation authority|DelegatorHasPending|type conflict|OfConflictingType|conflicts with existing transaction|blob-txn with a non-blob|spammer/i,
  ],
  [
    'replacement-underpriced',
    /replacement (?:transaction|tx|fee)|ReplacementNotAllowed|could not replace|fee bump|to replace existing|replace by fee|NotReplacing|replaced by transaction with higher/i,
  ],
  [
    'already-known',
    /already[ _-]?known|already[ _-]?imported|already exists? in|\bknown transaction|already in (?:the )?m?(?:em)?pool|(?:tx|transaction) already (?:exists|in)|^ALREADY_EXISTS|duplicate[ _]transaction|tx already|existing txn with same hash|^mined$/i,
  ],
  [
    'nonce-too-low',
    /nonce (?:\d+ )?(?:is )?too low|invalid nonce.*(?:lower|below|expected .* got)|OldNonce|nonce .*already (?:been )?used|nonce has already|old nonce|incorrect nonce.*low/i,
  ],
  [
    'nonce-too-high',
    /nonce (?:\d+ )?(?:is )?too high|nonce gap|NonceGap|nonce ?.*(?:higher than|too ?far|too distant)|transaction with a lower nonce|future nonce|NONCE_TOO_DISTANT|wrong nonce|invalid (?:account )?(?:nonce|sequence)|account sequence mismatch/i,
  ],
  [
    'insufficient-funds',
    /insufficient (?:funds|balance|MINER_FEE|payer|account)|InsufficientFunds|insufficient (?!gas|fees?\b).*(?:for|to pay|to cover)|overshot|balance.*(?:too low|not enough|lower than)|not enough (?:funds|balance)|upfront (?:gas )?cost|lack of funds|exceeds? (?:account )?balance|overdraws|UPFRONT_COST/i,
  ],
  [
    'node-fee-cap',
    /exceeds? the configured cap|exceeds? (?:the )?(?:node'?s? )?(?:rpc )?(?:tx ?)?fee ?cap|fee cap exceeded|exceeds configured max(?:imum)? fee|TX_FEECAP_EXCEEDED/i,
  ],
  [
    'block-gas-limit',
    /intrinsic gas too high|exceeds? (?:the )?(?:block|tx|transaction|maximum|max)(?: transaction)?[ _]?gas ?limit|gas limit reached|EXCEEDS_BLOCK_GAS_LIMIT|gas limit (?:is )?too (?:high|big|large)|gas limit.*(?:exceed|greater than|above)|GasLimitExceeded|gas ?cap|too much gas/i,
  ],
  // "…PerGas too low" is about a price, not about gas. A fee below a chain's minimum is also about
  // the price, although the chain's text advises a higher tip.
  ['tip-too-low', /(?:priority|tip)\S*(?: fee)?(?: per gas)? (?:is )?too low/i],
  [
    'underpriced',
    /(?:fee|price)\S*(?: per gas| cap)? (?:is )?too low|minimum global fee|below global minimum|fee ?cap \d+ below/i,
  ],
  [
    'gas-limit-too-low',
    /intrinsic ?gas|(?<!per[ _]?)gas (?:limit )?(?:is )?too low|GasLimitTooLow|gas limit.*(?:below|less than|lower than|insufficient)|floor data gas|gas floor|out of gas|INTRINSIC_GAS|not enough gas|gas required exceeds allowance|insufficient gas\b|max_gas_per_pubdata|gas per pubdata|failed to pay for (?:the )?(?:l1|pubdata)/i,
  ],
  ['tip-too-low', /tip cap|gas ?tip|priority ?fee|max_?priority|\btip\b|PRIORITY_FEE/i],
  [
    'underpriced',
    /underpriced|gas ?price|max ?fee ?per ?gas|fee ?too ?low|FeeTooLow|fee cap less than|less than (?:the )?(?:block )?base ?fee|below (?:the )?(?:current )?base ?fee|insufficient[ _](?:tx[ _])?fee|min(?:imum)? (?:gas )?(?:fee|price)|GAS_PRICE|fee per gas/i,
  ],
  // This pattern is before `pool-full`, which would match "Either txpool explicitly disabled".
  ['provider', /pool not enabled|node (?:is )?syncing|sync is still in progress|not yet in sync/i],
  [
    'pool-full',
    /pool (?:is )?(?:full|overflow)|pool size|replace pending|txpool|mempool|queue (?:is )?full|pool (?:is )?limit|too many transactions|transaction limit reached|pending pool/i,
  ],
  [
    'provider',
    /rate.?limit|too many requests|limit exceeded|request limit|capacity|quota|credits|compute units|unauthori[sz]ed|authenticat|api[ -]?key|invalid project|forbidden|access denied|not (?:allowed|whitelisted|permitted)|plan does not|HTTP (?:401|403|429)|payment required|\bmethod\b/i,
  ],
  [
    'sender-blocked',
    /black ?list|deny ?list|block ?list|sanction|censor|frozen account|banned|rejected by (?:the )?sequencer|not accepted by (?:the )?sequencer|sequencer (?:is )?(?:reject|refus|down|paused|disabled)|sender (?:account )?(?:is )?not|non-?EOA|SENDER_NOT/i,
  ],
  [
    'type-unsupported',
    /(?:type|typed transaction|EIP-?\d+).*not (?:supported|enabled|allowed|activated)|unsupported (?:tx|transaction)|transaction type|invalid type|TxType|INVALID_TRANSACTION_FORMAT/i,
  ],
  ['wrong-chain', /chain ?id|replay.?protected|invalid sender|wrong chain|REPLAY_PROTECT/i],
  [
    'size-limit',
    /initcode|oversized|too ?(?:large|long)|MaxTxSize|exceeds max(?:imum)? size|code size|data size/i,
  ],
]

/** Returns the kind of a rejection by the node's text; `other` where no pattern matches. */
export function sendRefusalKind(words: string): SendRefusalKind {
  return patterns.find(([, pattern]) => pattern.test(words))?.[0] ?? 'other'
}

/** Kinds of rejections that a higher tip or max fee may cure. */
export const priceKinds: ReadonlySet<SendRefusalKind> = new Set([
  'tip-too-low',
  'underpriced',
  'replacement-underpriced',
])

/**
 * Returns the tip in wei that a rejection asks for, as in "gas tip cap 1000000000, minimum needed
 * 25000000000" or "minimum tip 25000000000". Only a number that belongs to a tip counts, because
 * Cosmos chains state whole fees and advise a higher tip in the same text.
 */
export function tipAskedBy(words: string): bigint | undefined {
  const asked = '(?:minimum(?: needed| required)?|\\bmin\\b|needed|required|at least|expected|<=?)'
  return (
    numberAfter(words, new RegExp(`(?:tip|priority)\\D{0,40}?(?:\\d+\\D{0,16}?)?${asked}`), 20) ??
    numberAfter(words, /(?:minimum|\bmin|needed|required) (?:[a-z]+ ){0,2}?(?:tip|priority)/, 20)
  )
}

/**
 * Returns the gas limit that a rejection asks for, as in "intrinsic gas too low: gas 21000, minimum
 * needed 60000" or "have 21000, want 53000".
 */
export function gasAskedBy(words: string): bigint | undefined {
  if (sendRefusalKind(words) !== 'gas-limit-too-low') return undefined
  return numberAfter(
    words,
    /(?:want|minimum(?: needed| required)?|min|needed|required|at least|expected|<=?)/i,
    12,
  )
}

/**
 * Returns the first number after the match of `lead`. A number with more than `digits` digits is
 * neither a price nor gas, and is ignored.
 */
function numberAfter(words: string, lead: RegExp, digits: number): bigint | undefined {
  const found = new RegExp(`${lead.source}\\D{0,24}?(?<![-\\d])(\\d+)`, 'i').exec(words)?.[1]
  return found === undefined || found.length > digits ? undefined : BigInt(found)
}
