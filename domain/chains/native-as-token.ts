/** What one address holds at one block, in the chain's native coin and in a token. */
export interface HeldBoth {
  readonly native: bigint
  readonly token: bigint
}

/**
 * `proven`: the token is the native coin; `likely`: one round amount is equal, which may be chance.
 */
export type CoinVerdict = 'different' | 'unknown' | 'likely' | 'proven'

/** An amount with so many significant digits is equal by chance once in 10 billion. */
const tellingDigits = 10

/**
 * Whether a token shows the native coin: every address holds as much of it as of the coin, in the
 * token's decimals. Addresses that hold neither say nothing. One unequal address disproves it; one
 * telling amount, or two different round ones, prove it.
 * @param decimals of the token; a coin with 18 may be shown with fewer
 */
export function judgeCoinAsToken(held: readonly HeldBoth[], decimals: number): CoinVerdict {
  const funded = held.filter(({ native, token }) => native > 0n || token > 0n)
  if (funded.length === 0) return 'unknown'
  const scale = decimals < 18 ? 10n ** BigInt(18 - decimals) : 1n
  const isEqual = ({ native, token }: HeldBoth) => native === token || native / scale === token
  if (!funded.every(isEqual)) return 'different'
  // Less than the token's smallest unit: equal to nothing.
  const amounts = new Set(funded.map(({ token }) => token).filter((amount) => amount > 0n))
  if (amounts.size === 0) return 'unknown'
  const isTelling = [...amounts].some(
    (amount) => amount.toString().replace(/0+$/, '').length >= tellingDigits,
  )
  return isTelling || amounts.size > 1 ? 'proven' : 'likely'
}
