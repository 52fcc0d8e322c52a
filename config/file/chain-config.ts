import { largerOf, parseUnits, smallerOf } from '../../domain/amount.ts'
import { type Budget, usualAssetBudget, usualChainBudget } from '../../domain/chains/budget.ts'
import type { FinalityPolicy } from '../../domain/chains/finality.ts'
import type { ChainConfig } from '../schema/config.ts'
import type { ChainEntry, FileEntry } from '../schema/file-schema.ts'
import { findKnownChain } from './known-chains.ts'

const nativeDecimals = 18

/**
 * Upper bound of the gas (in gas units) that one round of a sweep uses, for chains without
 * `maxPerSweep`. A plain ERC-20 transfer takes about 50,000.
 */
const gasPerRound = 200_000n

/**
 * Returns the default of `bumpAfterBlocks`: about half a minute of blocks, and at least 3 blocks.
 * The fee of a first attempt has room for a base fee that rises during this time.
 */
function defaultBumpAfter(blockTimeMs: number): number {
  return Math.max(3, Math.ceil(30_000 / blockTimeMs))
}

type BudgetEntry = ChainEntry['budget']

/** Completes a budget of the yaml: a day has the amount of four hours. */
function toBudget(entry: BudgetEntry, usual: Budget): Budget {
  const given = (text: string | undefined) =>
    text === undefined ? undefined : parseUnits(text, nativeDecimals)
  const [hour, day] = [given(entry?.perHour), given(entry?.perDay)]
  if (hour === undefined && day === undefined) return usual
  const perHourWei =
    hour ?? (day === undefined ? usual.perHourWei : smallerOf(usual.perHourWei, day))
  return { perHourWei, perDayWei: day ?? perHourWei * 4n }
}

/**
 * Converts one parsed entry of `chains` to the config of a chain: converts amounts to smallest
 * units and fills in defaults. The entry must be free of errors.
 */
export function toChainConfig(entry: ChainEntry, limits: FileEntry['limits']): ChainConfig {
  const { gasRounds, walletSweepsPerDay } = limits
  const { id, gas, gasKeeper, native } = entry
  const known = findKnownChain(id)
  const maxPerSweepWei =
    gas.maxPerSweep === undefined
      ? gasPerRound * BigInt(gasRounds) * gas.maxFeeGwei
      : parseUnits(gas.maxPerSweep, nativeDecimals)
  const ofChain = toBudget(entry.budget, usualChainBudget(maxPerSweepWei))
  // By default no asset can use up the chain's budget alone.
  const usual = usualAssetBudget(maxPerSweepWei)
  // One payment always fits, unless it does not fit into the chain's budget either.
  const share = (wei: bigint, chainWei: bigint) =>
    smallerOf(largerOf(smallerOf(wei, chainWei / 4n), maxPerSweepWei), chainWei)
  const usualOfAsset = {
    perHourWei: share(usual.perHourWei, ofChain.perHourWei),
    perDayWei: share(usual.perDayWei, ofChain.perDayWei),
  }
  const ofAsset = (budget: BudgetEntry) => toBudget(budget, usualOfAsset)
  return {
    id,
    name: entry.name,
    rpcUrls: entry.rpc,
    rpcQuorum: entry.rpcQuorum ?? majorityOf(entry.rpc.length),
    wsUrls: entry.ws,
    startBlock: entry.startBlock,
    finality: toFinality(entry),
    blockTimeMs: entry.blockTimeMs,
    maxScanLag: BigInt(entry.maxScanLag ?? usualScanLag(entry)),
    feeMode: entry.feeMode,
    rollup: entry.rollup ?? known?.rollup ?? 'none',
    coldWallet: entry.coldWallet,
    gasKeeper: {
      address: gasKeeper.address,
      alertBelowWei: parseUnits(gasKeeper.alertBelow, nativeDecimals),
      maxInFlight: gasKeeper.maxInFlight,
    },
    gas: {
      maxFeeWei: gas.maxFeeGwei,
      // Legacy fees have no tip.
      maxPriorityFeeWei: gas.maxPriorityFeeGwei ?? 0n,
      maxPerSweepWei,
      maxFeeShare: BigInt(gas.maxFeeShare),
      maxGas: BigInt(gas.maxGas),
      bumpAfterBlocks: gas.bumpAfterBlocks ?? defaultBumpAfter(entry.blockTimeMs),
    },
    budget: ofChain,
    walletSweepsPerDay,
    internalTransfers: entry.internalTransfers,
    // `tip` pays the whole gas reserve as a tip, to empty the wallet. On a rollup this fails: more
    // than the L1 fee is reserved (MONEY 9), and a tip does not use that surplus.
    nativeRemainder: entry.nativeRemainder ?? (isRollup(entry) ? 'keep' : 'tip'),
    native: {
      id: 'native',
      symbol: native.symbol,
      decimals: nativeDecimals,
      min: parseUnits(native.min, nativeDecimals),
      ...approval(native.approveAbove, nativeDecimals),
      budget: ofAsset(native.budget),
    },
    tokens: entry.tokens.map(({ address, symbol, decimals, min, approveAbove, ...more }) => ({
      id: address,
      symbol,
      decimals,
      min: parseUnits(min, decimals),
      ...approval(approveAbove, decimals),
      ...(more.tolerance === undefined ? {} : { tolerance: more.tolerance }),
      ...(more.maxGas === undefined ? {} : { maxGas: BigInt(more.maxGas) }),
      budget: ofAsset(more.budget),
      ...worthOf(more, gas.maxGasShare),
    })),
  }
}

function isRollup({ id, rollup }: ChainEntry): boolean {
  return findKnownChain(id)?.layer === 'rollup' || (rollup ?? 'none') !== 'none'
}

/**
 * Returns the default of `maxScanLag`: the finality depth (64 without a depth), or half a minute of
 * blocks if that is more. A scanner that follows a fast rollup is always some blocks behind.
 */
function usualScanLag(entry: ChainEntry): number {
  const { depth, depthWithoutTag } = toFinality(entry)
  return Math.max(depth ?? depthWithoutTag ?? 64, Math.ceil(30_000 / entry.blockTimeMs))
}

/**
 * Returns the smallest number that is more than half of the endpoints, so that two different
 * answers cannot both have a majority: 1 of 1, 2 of 2, 2 of 3, 3 of 5.
 */
function majorityOf(endpoints: number): number {
  return Math.floor(endpoints / 2) + 1
}

/** MONEY 31: a token without a price is always worth its gas. */
function worthOf(
  { price, maxGasShare }: Pick<ChainEntry['tokens'][number], 'price' | 'maxGasShare'>,
  usualShare: number,
) {
  if (price === undefined) return {}
  const priceWei = parseUnits(price.fixed, nativeDecimals)
  return { worth: { priceWei, maxGasShare: BigInt(maxGasShare ?? usualShare) } }
}

function approval(text: string | undefined, decimals: number) {
  return text === undefined ? {} : { approveAbove: parseUnits(text, decimals) }
}

function toFinality({ id, finality }: ChainEntry): FinalityPolicy {
  if (finality === undefined) {
    const policy = findKnownChain(id)?.finality
    // finality-errors.ts rejects a file without a policy. An empty policy would make the newest
    // block final.
    if (policy === undefined) throw new Error(`chain ${id} has no finality policy`)
    return policy
  }
  const { tag, depth } = finality
  return { ...(tag === undefined ? {} : { tag }), ...(depth === undefined ? {} : { depth }) }
}
