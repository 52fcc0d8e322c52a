import { getAddress } from 'viem/utils'
import type { Chain } from '../../domain/chains/chain.ts'
import { findAsset } from '../../domain/chains/chain.ts'
import type { DustWallet } from '../../domain/sweeps/dust-rows.ts'
import type { AssetNames } from '../views/asset-names.ts'
import type { CostNow } from './sweep-cost.ts'

/** Dust of one chain and asset. Amounts are decimal strings of the smallest unit. */
export interface DustTotal {
  readonly chainId: number
  readonly chain: string
  /** `native`, or the token's address with EIP-55 checksum */
  readonly asset: string
  readonly symbol: string
  readonly wallets: number
  readonly deposits: number
  readonly amount: string
  readonly text: string
  /** The asset's minimum; null for an asset that is not listed. */
  readonly min: string | null
  readonly minText: string | null
  readonly since: string
  /** Wallets whose dust moves with a sweep that is under way. */
  readonly underWay: number
  /** The rest of the wallets, for `sweep-dust`. */
  readonly cost: DustCost | null
  /** Why `cost` is unknown; null if it is known, or was not asked. */
  readonly costUnknown: string | null
}

/** Price of sweeping the dust, in wei of the chain's native coin. */
export interface DustCost {
  readonly perWalletWei: string
  readonly perWalletText: string
  /** Wallets that a sweep of their own would empty. */
  readonly wallets: number
  readonly totalWei: string
  readonly totalText: string
  /**
   * Native coin: the wallets whose sweep brings at least `defaultFactor` times its cost. null for
   * a token, because coldsweep knows no prices.
   */
  readonly worth: {
    readonly wallets: number
    /** Amount that arrives, after the fees. */
    readonly arrives: string
    readonly arrivesText: string
    readonly costWei: string
    readonly costText: string
  } | null
}

/** A native sweep is worth its cost if at least this many times the cost arrives. */
export const defaultFactor = 2

/** Groups by chain and asset, in the order of the rows. */
export function groupDust(rows: readonly DustWallet[]): readonly (readonly DustWallet[])[] {
  const groups = new Map<string, DustWallet[]>()
  for (const row of rows) {
    const key = `${row.chainId} ${row.asset}`
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  return [...groups.values()]
}

/**
 * Sums the dust of one chain and asset.
 * @param cost undefined if no node was asked
 */
export function dustTotal(
  rows: readonly [DustWallet, ...DustWallet[]],
  chain: Chain | undefined,
  names: AssetNames,
  cost?: CostNow,
): DustTotal {
  const [{ chainId, asset }] = rows
  const listed = chain && findAsset(chain, asset)
  const amount = rows.reduce((sum, row) => sum + row.amount, 0n)
  const own = rows.filter(({ underWay }) => underWay === 0)
  return {
    chainId,
    chain: names.chainName(chainId),
    asset: asset === 'native' ? asset : getAddress(asset),
    symbol: names.symbol(chainId, asset),
    wallets: rows.length,
    deposits: rows.reduce((sum, row) => sum + row.deposits, 0),
    amount: amount.toString(),
    text: names.amount(chainId, asset, amount),
    min: listed?.min.toString() ?? null,
    minText: listed ? names.amount(chainId, asset, listed.min) : null,
    since: new Date(Math.min(...rows.map(({ since }) => since.getTime()))).toISOString(),
    underWay: rows.length - own.length,
    cost: cost?.kind === 'cost' ? priced(own, cost.wei, chainId, names) : null,
    costUnknown: cost?.kind === 'unknown' ? cost.why : null,
  }
}

function priced(
  rows: readonly DustWallet[],
  costWei: bigint,
  chainId: number,
  names: AssetNames,
): DustCost {
  const coin = (wei: bigint) => names.amount(chainId, 'native', wei)
  const totalWei = costWei * BigInt(rows.length)
  const isNative = rows.some(({ asset }) => asset === 'native')
  const worth = rows.filter(({ amount }) => amount - costWei >= costWei * BigInt(defaultFactor))
  const arrives = worth.reduce((sum, { amount }) => sum + amount - costWei, 0n)
  const worthCost = costWei * BigInt(worth.length)
  return {
    perWalletWei: costWei.toString(),
    perWalletText: coin(costWei),
    wallets: rows.length,
    totalWei: totalWei.toString(),
    totalText: coin(totalWei),
    worth: isNative
      ? {
          wallets: worth.length,
          arrives: arrives.toString(),
          arrivesText: coin(arrives),
          costWei: worthCost.toString(),
          costText: coin(worthCost),
        }
      : null,
  }
}
