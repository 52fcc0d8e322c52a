import { type Address, parseUnits } from 'viem'
import { type Asset, type AssetSymbol, findAsset } from './assets.ts'
import { type Cast, personNamed } from './cast.ts'
import type { PlannedDeposit } from './script.ts'

/** What was paid to a wallet from outside, to be found again on the chain. */
export interface Sent {
  asset: AssetSymbol
  /** Lower-case. */
  to: Address
  /** Smallest unit. */
  amount: bigint
  /** It has to leave the wallet for the cold wallet. */
  swept: boolean
}

/** The deposits of a script that work and move something. */
export function sentBy(
  deposits: readonly PlannedDeposit[],
  cast: Cast,
  assets: readonly Asset[],
): Sent[] {
  return deposits.flatMap(({ to, asset, amount, end, fails }) => {
    const units = parseUnits(amount, findAsset(assets, asset).decimals)
    if (fails || units === 0n) return []
    const address = personNamed(cast, to).address.toLowerCase() as Address
    return [{ asset, to: address, amount: units, swept: end === 'done' }]
  })
}
