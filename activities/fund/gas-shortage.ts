import type { BlockHeader } from '../../domain/chains/block.ts'
import { withL1Margin } from '../../domain/chains/fees.ts'
import type { ChainState } from '../../domain/chains/nodes/chain-state.ts'
import { type HeldCoin, usableCoin } from '../../domain/deposits/usable-coin.ts'
import { fundedWei, isTokenSend, newestAttempt } from '../../domain/lanes/replacement.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import { rollupFeeNow } from '../../transactions/sign/next-attempt-cost.ts'

/**
 * Returns the wei that a wallet lacks if it can no longer pay for its signed token sweep. The
 * amount is counted up to the funded fee cap, without the native coin that is held there (MONEY
 * 16). Causes: a reorg removed the wallet's gas, an external transaction spent the gas, a deposit
 * was put on hold, or a rollup's L1 fee exceeds its margin. A bump fixes none of these causes.
 * Returns 0n if the wallet can pay, the sweep is mined, or an earlier nonce is unmined.
 */
export async function gasShortage(
  state: Pick<ChainState, 'nativeBalance' | 'nonceAt' | 'rollupFee'>,
  transaction: Transaction,
  head: BlockHeader,
  held: HeldCoin,
): Promise<bigint> {
  if (!isTokenSend(transaction)) return 0n
  const { sender, nonce } = transaction
  const [wholeWei, l1FeeWei, usedNonces] = await Promise.all([
    state.nativeBalance(sender, head.hash),
    rollupFeeNow(state, transaction),
    state.nonceAt(sender, head.hash),
  ])
  const balanceWei = usableCoin(wholeWei, held)
  const { gasLimit, maxFeeWei } = newestAttempt(transaction)
  const signedWei = gasLimit * maxFeeWei + l1FeeWei
  if (usedNonces !== nonce || balanceWei >= signedWei) return 0n
  return fundedWei(transaction) + withL1Margin(l1FeeWei) - balanceWei
}
