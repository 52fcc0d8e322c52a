import { parseUnits } from '../../domain/amount.ts'
import type { FinalityPolicy } from '../../domain/chains/finality.ts'
import type { ChainEntry } from '../schema/chain-schema.ts'
import type { ChainConfig } from '../schema/config.ts'
import { findKnownChain } from './known-chains.ts'

const nativeDecimals = 18

/**
 * Gas that one round of a sweep is trusted to need at most when `maxPerSweep` is absent; a plain
 * ERC-20 takes about 50,000.
 */
const gasPerRound = 200_000n

/**
 * About half a minute, and no fewer blocks than a first attempt's room for a rising base fee lasts.
 */
function defaultBumpAfter(blockTimeMs: number): number {
  return Math.max(3, Math.ceil(30_000 / blockTimeMs))
}

/**
 * Amounts into their smallest units and defaults into their places. The entry has no faults any
 * more.
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
    // A rollup keeps a remainder whatever the tip is (its L1 fee is over-reserved, MONEY 9), so
    // tipping all buys nothing.
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
 * As far as a reorg may go anyway, and never less than half a minute: a scanner that follows a fast
 * rollup is always some blocks behind.
 */
function usualScanLag(entry: ChainEntry): number {
  const { depth, depthWithoutTag } = toFinality(entry)
  return Math.max(depth ?? depthWithoutTag ?? 64, Math.ceil(30_000 / entry.blockTimeMs))
}

/** More than half, so that no two answers can both have it: 1 of 1, 2 of 2, 2 of 3, 3 of 5. */
function majorityOf(endpoints: number): number {
  return Math.floor(endpoints / 2) + 1
}

function approval(text: string | undefined, decimals: number) {
  return text === undefined ? {} : { approveAbove: parseUnits(text, decimals) }
}

function toFinality({ id, finality }: ChainEntry): FinalityPolicy {
  if (finality === undefined) {
    const policy = findKnownChain(id)?.finality
    // finality-faults.ts has refused such a file; an empty policy would call the newest block
    // final.
    if (policy === undefined) throw new Error(`chain ${id} has no finality policy`)
    return policy
  }
  const { tag, depth } = finality
  return { ...(tag === undefined ? {} : { tag }), ...(depth === undefined ? {} : { depth }) }
}
