import type { Address } from '../address.ts'
import type { Chain } from '../chains/chain.ts'
import type { SignedOrder } from '../operators/deposit-orders.ts'
import type { DustLimits } from './dust-order.ts'
import type { DustWallet } from './dust-rows.ts'

export interface DustOrderRequest {
  readonly chain: Pick<Chain, 'id' | 'name' | 'native' | 'tokens'>
  readonly limits: DustLimits
  /** One entry for each wallet; all of one asset. */
  readonly wallets: readonly Pick<DustWallet, 'depositId' | 'asset'>[]
}

/** The changes of an order to sweep dust. */
export interface DustOrdered {
  /** null if nothing was left to order. */
  readonly orderId: string | null
  readonly ordered: readonly { readonly depositId: string; readonly wallet: Address }[]
}

/** Stores operators' orders to sweep dust. */
export interface DustOrders {
  /**
   * In one commit: writes the order and its audit row, and queues each deposit that is still dust
   * and without another unfinished deposit of its wallet and asset.
   */
  order(request: DustOrderRequest, order: SignedOrder): Promise<DustOrdered>
  /** Wallets of an asset whose order is not finished, with the deposit that carries it. */
  open(
    chainId: number,
    asset: string,
  ): Promise<
    readonly { readonly depositId: string; readonly wallet: Address; readonly orderId: string }[]
  >
}
