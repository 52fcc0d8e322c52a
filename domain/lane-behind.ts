/** A sender's lane as our rows know it. */
export interface KnownLane {
  readonly closedReason: string | null
  /** The first nonce that no row of ours has used. */
  readonly nextNonce: bigint
}

/**
 * MONEY 22: what the chain has seen of a sender and no row explains: signing on, or funding its gas, would build on sand.
 * Below its next nonce every nonce has a row, because only an insert moves it. Answers why the lane is to be closed, or is.
 * @param chainNonce how many nonces the chain has used
 * @param hasUnexplained whether the scanner has seen a transaction of the sender that is not ours
 */
export async function reasonBehind(
  lane: KnownLane,
  chainNonce: bigint,
  hasUnexplained: () => Promise<boolean>,
): Promise<string | undefined> {
  if (lane.closedReason !== null) return lane.closedReason
  if (chainNonce > lane.nextNonce)
    return `the chain has used nonces up to ${chainNonce}, ours are known up to ${lane.nextNonce}`
  return (await hasUnexplained()) ? 'a transaction of this address is not ours' : undefined
}
