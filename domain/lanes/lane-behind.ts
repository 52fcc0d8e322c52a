/** The reason of a lane whose sender sent a transaction that no attempt of ours explains. */
export const foreignReason = 'a transaction of this address is not ours'

/**
 * The reason of a lane whose sender sent a transaction that no endpoint can show: it may be an
 * external one.
 */
export const unreadReason = (hash: string) =>
  `${unreadReasonStart}${hash} of this address cannot be read yet`
/** The lane opens again by itself where this was its reason. */
export const unreadReasonStart = 'the transaction '

/** A sender's lane as our rows know it. */
export interface KnownLane {
  readonly closedReason: string | null
  /** The first nonce that no row of ours has used. */
  readonly nextNonce: bigint
}

/**
 * MONEY 22: what the chain has seen of a sender and no row explains: signing on, or funding its
 * gas, would build on sand. Below its next nonce every nonce has a row, because only an insert
 * moves it. Answers why the lane is to be closed, or is.
 * @param chainNonce how many nonces the chain has used
 * @param unexplained why a transaction of the sender that the scanner has seen is not known to be
 * ours
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
