import { parseUnits } from '../../domain/amount.ts'
import type { FinalityPolicy } from '../../domain/chains/finality.ts'
import type { ChainConfig } from '../schema/config.ts'
import type { ChainEntry } from '../schema/file-schema.ts'
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

/**
 * Converts one parsed entry of `chains` to the config of a chain: converts amounts to smallest
 * units and fills in defaults. The entry must be free of errors.
 */
export function toChainConfig(entry: ChainEntry, gasRounds: number): ChainConfig {
  const { id, gas, gasKeeper, native } = entry
  const known = findKnownChain(id)
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
      maxPerSweepWei:
        gas.maxPerSweep === undefined
          ? gasPerRound * BigInt(gasRounds) * gas.maxFeeGwei
          : parseUnits(gas.maxPerSweep, nativeDecimals),
      bumpAfterBlocks: gas.bumpAfterBlocks ?? defaultBumpAfter(entry.blockTimeMs),
    },
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
    },
    tokens: entry.tokens.map(({ address, symbol, decimals, min, approveAbove, tolerance }) => ({
      id: address,
      symbol,
      decimals,
      min: parseUnits(min, decimals),
      ...approval(approveAbove, decimals),
      ...(tolerance === undefined ? {} : { tolerance }),
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
