/** Facts about a chain's keeper from the database. Amounts are in wei. */
export interface KeeperFacts {
  readonly chainId: number
  /** Uncommitted balance at the last keeper watch (MONEY 7). */
  readonly uncommittedWei: bigint
  /** Below this balance the keeper does not pay for one plain transfer at the watched gas price. */
  readonly emptyBelowWei: bigint
  readonly watchedSecondsAgo: number
  /** Sum of value and fees of the gas payments mined within `burnWindowSeconds`. */
  readonly spentWei: bigint
  /** Mean value and fees of the latest gas payments; undefined before the first. */
  readonly averageCostWei: number | undefined
}

export interface KeeperFigures {
  /** Omits chains whose keeper was never watched. */
  facts(): Promise<readonly KeeperFacts[]>
}

/** Window of the burn rate. A shorter window would raise an alarm at each burst of deposits. */
export const burnWindowSeconds = 3_600

/** Gas payments of which `averageCostWei` is the mean. */
export const averagedPayments = 50

type Capacity = Pick<KeeperFacts, 'uncommittedWei' | 'emptyBelowWei'>

const isEmpty = ({ uncommittedWei, emptyBelowWei }: Capacity) => uncommittedWei < emptyBelowWei

/** Sweeps that the balance pays for at the mean cost; undefined before the first gas payment. */
export function sweepsLeft(
  facts: Capacity & Pick<KeeperFacts, 'averageCostWei'>,
): number | undefined {
  if (isEmpty(facts)) return 0
  const { averageCostWei } = facts
  if (averageCostWei === undefined || averageCostWei <= 0) return undefined
  return Math.floor(Number(facts.uncommittedWei) / averageCostWei)
}

export function burnWeiPerSecond({ spentWei }: Pick<KeeperFacts, 'spentWei'>): number {
  return Number(spentWei) / burnWindowSeconds
}

/** Time until the balance is spent at the burn rate; Infinity while nothing is spent. */
export function secondsToEmpty(facts: Capacity & Pick<KeeperFacts, 'spentWei'>): number {
  if (isEmpty(facts)) return 0
  const rate = burnWeiPerSecond(facts)
  return rate > 0 ? Number(facts.uncommittedWei) / rate : Number.POSITIVE_INFINITY
}
