/**
 * The rule by which a block is final: at or below the node’s tag, `depth` blocks below the head, or
 * both. A rollup's policy needs a tag, because a number of L2 blocks proves nothing.
 */
export interface FinalityPolicy {
  readonly tag?: 'finalized' | 'safe'
  /** Blocks between the deposit’s block and the head: 2 means head ≥ block + 2. */
  readonly depth?: number
  /** Depth that replaces the tag while the node serves none (Polygon: "finalized, else 128"). */
  readonly depthWithoutTag?: number
}

/**
 * Returns the highest final height; undefined while no block is final.
 * @param head height of the newest block
 * @param tagged height of the policy’s tag, from the same node; undefined while the node has none
 */
export function finalHeight(
  policy: FinalityPolicy,
  head: bigint,
  tagged: bigint | undefined,
): bigint | undefined {
  const byDepth = policy.depth === undefined ? head : head - BigInt(policy.depth)
  if (byDepth < 0n) return undefined
  if (policy.tag === undefined) return byDepth
  if (tagged === undefined) {
    if (policy.depthWithoutTag === undefined) return undefined
    const fallback = head - BigInt(policy.depthWithoutTag)
    if (fallback < 0n) return undefined
    return fallback < byDepth ? fallback : byDepth
  }
  return tagged < byDepth ? tagged : byDepth
}
