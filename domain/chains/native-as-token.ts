/** One address's balances of native coin and of a token, at the same block. */
export interface HeldBoth {
  readonly native: bigint
  readonly token: bigint
}

/**
 * `proven`: the token is the native coin. `likely`: the two balances are equal, but only in one
 * round amount, which may be chance. `unknown`: no address holds enough to compare. `different`:
 * some address has unequal amounts.
 */
export type NativeTokenVerdict = 'different' | 'unknown' | 'likely' | 'proven'

/** Amounts with this many significant digits are equal by chance once in 10 billion. */
const tellingDigits = 10

/**
 * Judges whether a token is the native coin in ERC-20 form, by the balances of several addresses.
 * The token is the native coin if every address holds the same amount of both, in the token’s
 * decimals. Addresses that hold neither are ignored. One address with unequal amounts disproves it.
 * One equal amount with many digits proves it, and so do two different round amounts that are equal
 * in both forms.
 * @param decimals of the token; it may show a native coin of 18 decimals with fewer
 */
export function judgeNativeAsToken(
  held: readonly HeldBoth[],
  decimals: number,
): NativeTokenVerdict {
  const funded = held.filter(({ native, token }) => native > 0n || token > 0n)
  if (funded.length === 0) return 'unknown'
  const scale = decimals < 18 ? 10n ** BigInt(18 - decimals) : 1n
  const isEqual = ({ native, token }: HeldBoth) => native === token || native / scale === token
  if (!funded.every(isEqual)) return 'different'
  // The token shows native amounts below its smallest unit as 0, which proves nothing.
  const amounts = new Set(funded.map(({ token }) => token).filter((amount) => amount > 0n))
  if (amounts.size === 0) return 'unknown'
  const isTelling = [...amounts].some(
    (amount) => amount.toString().replace(/0+$/, '').length >= tellingDigits,
  )
  return isTelling || amounts.size > 1 ? 'proven' : 'likely'
}
