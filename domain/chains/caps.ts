import { largerOf } from '../amount.ts'
import { type AssetId, defaultMaxGas } from './asset.ts'
import { type Chain, findAsset } from './chain.ts'
import { plainTransferGas } from './transfer-gas.ts'

/** Limits of the cost of one transaction of the keeper or of a wallet (MONEY 26). */
export interface CostCaps {
  /** Most that gas and L1 fee of one attempt may cost, in wei. */
  readonly maxPerSweepWei: bigint
  /** Most that a native sweep may cost, in percent of the value that it moves. */
  readonly maxFeeShare: bigint
}

/** The highest cost of one attempt. */
export interface AttemptCost {
  readonly gasLimit: bigint
  readonly maxFeeWei: bigint
  /** L1 fee of a rollup, without margin. */
  readonly l1FeeWei: bigint
  /** Value of a native sweep; absent for every other transaction. */
  readonly sweptWei?: bigint
}

/** Returns why an attempt costs more than the caps allow; undefined if it may be signed. */
export function whyAboveCap(
  { maxPerSweepWei, maxFeeShare }: CostCaps,
  { gasLimit, maxFeeWei, l1FeeWei, sweptWei }: AttemptCost,
): string | undefined {
  const costWei = gasLimit * maxFeeWei + l1FeeWei
  if (costWei > maxPerSweepWei)
    return `the transaction may cost ${costWei} wei, and gas.maxPerSweep allows ${maxPerSweepWei}`
  if (sweptWei !== undefined && costWei * 100n > sweptWei * maxFeeShare)
    return `the transaction may cost ${costWei} wei for ${sweptWei} wei that it moves, and gas.maxFeeShare allows ${maxFeeShare} %`
  return undefined
}

/** Highest fee per gas of an attempt within the caps, in wei, and the cap that limits it. */
export interface CappedFee {
  readonly wei: bigint
  readonly by: 'gas.maxPerSweep' | 'gas.maxFeeShare'
}

/**
 * Returns the highest fee per gas within the caps.
 * @param restWei native sweeps only: value and fees together, in wei. A higher fee lowers the value
 */
export function mostCappedFee(
  { maxPerSweepWei, maxFeeShare }: CostCaps,
  { gasLimit, l1FeeWei }: Pick<AttemptCost, 'gasLimit' | 'l1FeeWei'>,
  restWei?: bigint,
): CappedFee {
  const wei = notNegative(maxPerSweepWei - l1FeeWei) / gasLimit
  if (restWei === undefined) return { wei, by: 'gas.maxPerSweep' }
  // 100 × (limit × fee + L1 fee) ≤ share × (rest − limit × fee)
  const share = notNegative(restWei * maxFeeShare - 100n * l1FeeWei)
  const ofValue = share / ((100n + maxFeeShare) * gasLimit)
  return ofValue < wei ? { wei: ofValue, by: 'gas.maxFeeShare' } : { wei, by: 'gas.maxPerSweep' }
}

const notNegative = (wei: bigint): bigint => (wei > 0n ? wei : 0n)

/** The gas limit of an attempt, and what it sends. */
export interface AttemptGas {
  /** The token that is transferred; `native` for every transfer of native coin. */
  readonly asset: AssetId
  readonly gasLimit: bigint
  /** Recorded gas of a plain transfer on the chain. Never an estimate of this moment. */
  readonly transferGas: bigint
}

/**
 * Returns the highest gas limit of a transfer (MONEY 26). On a chain whose plain transfer takes
 * more than 21,000 gas, the limit is higher by the same factor.
 */
export function mostGas(
  chain: Pick<Chain, 'gas' | 'native' | 'tokens'>,
  { asset, transferGas }: Pick<AttemptGas, 'asset' | 'transferGas'>,
): bigint {
  const maxGas =
    asset === 'native' ? chain.gas.maxGas : (findAsset(chain, asset)?.maxGas ?? defaultMaxGas)
  return (maxGas * largerOf(transferGas, plainTransferGas)) / plainTransferGas
}

/**
 * Returns why an attempt may use more gas than the operator allows (MONEY 26); undefined if it may
 * be signed.
 */
export function whyAboveGasCap(
  chain: Pick<Chain, 'gas' | 'native' | 'tokens'>,
  { asset, gasLimit, transferGas }: AttemptGas,
): string | undefined {
  const most = mostGas(chain, { asset, transferGas })
  if (gasLimit <= most) return undefined
  const symbol = findAsset(chain, asset)?.symbol ?? asset
  const name = asset === 'native' ? 'gas.maxGas' : `maxGas of ${symbol}`
  return `the transfer needs a gas limit of ${gasLimit}, and ${name} allows ${most}`
}
