/**
 * When a block counts as final on a chain: behind the node's tag, `depth` blocks under the head, or
 * both. On rollups a count of L2 blocks means nothing, so their policy is a tag alone.
 */
export interface FinalityPolicy {
  readonly tag?: 'finalized' | 'safe'
  /** Blocks between the deposit's block and the head: 2 means head ≥ block + 2. */
  readonly depth?: number
  /**
   * Blocks under the head that count while the node serves no tag (Polygon: "finalized, else 128").
   */
  readonly depthWithoutTag?: number
}

/**
 * The highest final height, or undefined while none is.
 * @param head height of the newest block
 * @param tagged height behind the policy's tag, as the same node told it; undefined when the node
 * has none yet
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
