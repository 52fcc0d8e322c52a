/** Reason to close a lane: its sender sent a transaction that is no attempt in the database. */
export const externalReason = 'a transaction of this address is not ours'

/**
 * Reason to close a lane: its sender sent a transaction that no endpoint can show, and that may be
 * external.
 */
export const unreadReason = (hash: string) =>
  `${unreadReasonStart}${hash} of this address cannot be read yet`
/** Start of `unreadReason`. A lane that was closed with this reason reopens by itself. */
export const unreadReasonStart = 'the transaction '

/** A sender's lane according to the database. */
export interface KnownLane {
  readonly closedReason: string | null
  /** The first nonce without a row. */
  readonly nextNonce: bigint
}

/**
 * MONEY 22: returns why a lane is behind the chain and has to be closed; undefined where it is not
 * behind. A lane is behind when the chain shows transactions of its sender that have no row. A new
 * signature, or gas for the wallet, could then pay a second time. Every nonce below `nextNonce` has
 * a row, because only an insert advances `nextNonce`.
 * @param chainNonce number of nonces that the chain has used
 * @param unexplained returns why a transaction that the scanner has seen may be external
 */
export async function reasonBehind(
  lane: KnownLane,
  chainNonce: bigint,
  unexplained: () => Promise<string | undefined>,
): Promise<string | undefined> {
  if (lane.closedReason !== null) return lane.closedReason
  if (chainNonce > lane.nextNonce)
    return `the chain has used nonces up to ${chainNonce}, the database knows them up to ${lane.nextNonce}`
  return await unexplained()
}
