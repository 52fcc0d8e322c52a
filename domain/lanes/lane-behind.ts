/** Reason of a lane whose sender sent an external transaction: no attempt explains it. */
export const externalReason = 'a transaction of this address is not ours'

/**
 * Reason of a lane whose sender sent a transaction that no endpoint can show. It may be external.
 */
export const unreadReason = (hash: string) =>
  `${unreadReasonStart}${hash} of this address cannot be read yet`
/** A lane with this reason reopens by itself. */
export const unreadReasonStart = 'the transaction '

/** A sender's lane by our rows. */
export interface KnownLane {
  readonly closedReason: string | null
  /** The first nonce without a row. */
  readonly nextNonce: bigint
}

/**
 * MONEY 22: why a lane is behind the chain, and is closed or has to be: the chain shows
 * transactions of the sender without a row. Signing or funding gas would build on wrong nonces.
 * Every nonce below `nextNonce` has a row, because only an insert advances it.
 * @param chainNonce number of nonces that the chain has used
 * @param unexplained why a transaction of the sender that the scanner has seen may be external
 */
export async function reasonBehind(
  lane: KnownLane,
  chainNonce: bigint,
  unexplained: () => Promise<string | undefined>,
): Promise<string | undefined> {
  if (lane.closedReason !== null) return lane.closedReason
  if (chainNonce > lane.nextNonce)
    return `the chain has used nonces up to ${chainNonce}, ours are known up to ${lane.nextNonce}`
  return await unexplained()
}
