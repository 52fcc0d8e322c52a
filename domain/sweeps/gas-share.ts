/** The figures from which the shares of one closed sweep's fees are computed. Gas in wei. */
export interface GasSharing {
  readonly gasWei: bigint
  /** Sum of the sharing deposits, in the smallest unit of the asset. */
  readonly total: bigint
  /** Rounding remainder, which `firstId` bears in addition to its share. */
  readonly remainderWei: bigint
  /** The first sharing deposit in chain order. */
  readonly firstId: string
}

interface Sharer {
  readonly id: string
  readonly amount: bigint
}

/** A deposit that a closed sweep covers. */
export interface CoveredDeposit extends Sharer {
  /** The sweep covered the deposit after the sweep was closed. */
  readonly late: boolean
}

/**
 * Shares the fees of a sweep among the deposits that the sweep covered when it closed, in
 * proportion to their amounts. The first deposit also bears the remainder, so the shares add up to
 * the fees exactly.
 * @param sharers in chain order
 * @returns undefined where the sweep covers no deposit
 */
export function shareGas(gasWei: bigint, sharers: readonly Sharer[]): GasSharing | undefined {
  const [first] = sharers
  if (!first) return undefined
  const total = sharers.reduce((sum, { amount }) => sum + amount, 0n)
  const shared = sharers.reduce((sum, { amount }) => sum + (gasWei * amount) / total, 0n)
  return { gasWei, total, remainderWei: gasWei - shared, firstId: first.id }
}

/**
 * Returns a deposit's share of its sweep's fees, in wei. A deposit that was covered late has a
 * share of 0, because the fees were shared when the sweep closed. If the sweep covered nothing
 * then, the first deposit that was covered late bears all fees.
 */
export function gasShareOf(sharing: GasSharing, { id, amount, late }: CoveredDeposit): bigint {
  const { gasWei, total, remainderWei, firstId } = sharing
  if (late && id !== firstId) return 0n
  return (gasWei * amount) / total + (id === firstId ? remainderWei : 0n)
}
