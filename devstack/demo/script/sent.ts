import { type Address, parseUnits } from 'viem'
import { type Asset, type AssetSymbol, findAsset } from './assets.ts'
import { type Cast, personNamed } from './cast.ts'
import type { PlannedDeposit } from './script.ts'

/** A payment from outside to a wallet. The judge expects it on the chain. */
export interface Sent {
  asset: AssetSymbol
  /** Lower-case. */
  to: Address
  /** Smallest unit. */
  amount: bigint
  /** Whether coldsweep must move the amount from the wallet to the cold wallet. */
  swept: boolean
}

/** Returns the payments of those deposits that succeed and move an amount above 0. */
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
