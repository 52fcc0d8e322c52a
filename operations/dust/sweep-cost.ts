import type { Address } from '../../domain/address.ts'
import type { ListedAsset } from '../../domain/chains/asset.ts'
import type { Chain } from '../../domain/chains/chain.ts'
import { encodeTransfer } from '../../domain/chains/erc20.ts'
import { feesToSign } from '../../domain/chains/fees-to-sign.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import {
  plainTransferGas,
  type TransferGasStore,
  withMargin,
} from '../../domain/chains/transfer-gas.ts'
import { nativeSweepCost, tokenSweepCost } from '../../domain/sweeps/sweep-cost.ts'

export interface CostPorts {
  readonly chain: Chain
  readonly state: ChainState
  readonly transferGas: Pick<TransferGasStore, 'read'>
}

/** Most that a sweep of one wallet costs now, or why that is unknown. */
export type CostNow =
  | { readonly kind: 'cost'; readonly wei: bigint }
  | { readonly kind: 'unknown'; readonly why: string }

/** Wallets that are tried if the token rejects the transfer of the first ones. */
const samples = 3

/**
 * Prices the sweep of an asset from one wallet at the current gas price. A token transfer is
 * estimated from the wallets with the largest amounts, until the token accepts one.
 */
export async function sweepCostNow(
  asset: ListedAsset,
  wallets: readonly { readonly wallet: Address; readonly amount: bigint }[],
  { chain, state, transferGas }: CostPorts,
): Promise<CostNow> {
  const decision = feesToSign(chain, await state.feeQuote())
  if (decision.kind === 'wait') return { kind: 'unknown', why: decision.detail }
  const { fees } = decision
  const plainGas = (await transferGas.read(chain.id))?.gas ?? plainTransferGas
  if (asset.id === 'native') {
    const valueWei = wallets[0]?.amount ?? 0n
    const draft = { to: chain.coldWallet, valueWei, data: '0x', gasLimit: plainGas } as const
    const l1FeeWei = await state.rollupFee({ ...draft, maxFeeWei: fees.startWei })
    return { kind: 'cost', wei: nativeSweepCost({ gasLimit: plainGas, fees, l1FeeWei }) }
  }
  const { number } = await state.head()
  let why = 'no wallet'
  for (const { wallet, amount } of wallets.slice(0, samples)) {
    const data = encodeTransfer(chain.coldWallet, amount)
    const call = { from: wallet, to: asset.id, data, valueWei: 0n }
    const estimate = await state.estimateGas(call, number)
    if (estimate.kind === 'reverted') {
      why = `the token rejects the transfer: ${estimate.reason}`
      continue
    }
    const gasLimit = withMargin(estimate.gas)
    const draft = { to: asset.id, valueWei: 0n, data, gasLimit, maxFeeWei: fees.capWei }
    const l1FeeWei = await state.rollupFee(draft)
    const cost = { gasLimit, feeCapWei: fees.capWei, l1FeeWei, isFunded: true }
    return { kind: 'cost', wei: tokenSweepCost(cost) }
  }
  return { kind: 'unknown', why }
}
