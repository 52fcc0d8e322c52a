import { getAddress } from 'viem/utils'
import type { ListedAsset } from '../../domain/chains/asset.ts'
import type { Deposit } from '../../domain/deposits/deposit.ts'
import type { WorkMessage } from '../../domain/outbox/event.ts'

/** Rebuilds a deposit's outbox message from its row. */
export function toWorkMessage(deposit: Deposit, asset: ListedAsset): WorkMessage {
  return {
    v: 1,
    depositId: deposit.id,
    chainId: deposit.chainId,
    asset: asset.symbol,
    kind: deposit.asset === 'native' ? 'native' : 'token',
    wallet: getAddress(deposit.wallet),
    amount: deposit.amount.toString(),
    decimals: asset.decimals,
  }
}
