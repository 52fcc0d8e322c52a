import type { Chain } from '../chains/chain.ts'
import { type FeeQuote, planFees } from '../chains/fees.ts'
import { isOverdue, newestAttempt, planReplacement } from '../lanes/replacement.ts'
import type { Transaction } from '../lanes/transaction.ts'
import { committedWei } from './keeper-capacity.ts'

export interface KeeperLackInput {
  readonly chain: Pick<Chain, 'feeMode' | 'gas'>
  /** A gas transaction in no block, not to be cancelled. */
  readonly gas: Transaction
  /** The keeper's unmined transactions, `gas` among them. */
  readonly unmined: readonly Transaction[]
  /** Of the keeper, at `balanceBlock`. */
  readonly balanceWei: bigint
  readonly balanceBlock: bigint
  /** The keeper's next nonce at `balanceBlock`. */
  readonly chainNonce: bigint
  readonly quote: FeeQuote
}

/**
 * MONEY 7, 17: why a signed gas transaction waits for the keeper's coin, in words for its row: the
 * keeper can't pay it and what goes before it as they are signed, or the bump that the market asks
 * for, or that is due because no block takes it. undefined where coin is not what it lacks.
 */
export function keeperLack(input: KeeperLackInput): string | undefined {
  const { chain, gas, unmined, balanceWei, balanceBlock, chainNonce } = input
  const queue = unmined.filter(({ nonce }) => nonce <= gas.nonce)
  const signedWei = committedWei(queue, balanceBlock)
  if (balanceWei < signedWei)
    return `the GAS_KEEPER holds ${balanceWei} wei; this gas, as it is signed, and what goes before it may cost ${signedWei}`
  const planned = planFees(input.quote, chain.feeMode, chain.gas)
  if (planned.kind !== 'plan') return undefined
  const { marketWei } = planned.fees
  const { maxFeeWei } = newestAttempt(gas)
  const overdue = isOverdue({
    transaction: gas,
    headBlock: balanceBlock,
    chainNonce,
    bumpAfterBlocks: chain.gas.bumpAfterBlocks,
    marketWei,
  })
  if (maxFeeWei >= marketWei && !overdue) return undefined
  const others = unmined.filter(({ key }) => key !== gas.key)
  const bump = planReplacement({
    transaction: gas,
    gasLimit: newestAttempt(gas).gasLimit,
    market: planned.fees,
    ceilingWei: chain.gas.maxFeeWei,
    spendableWei: balanceWei - committedWei(others, balanceBlock) - gas.l1FeeWei,
  })
  if (bump.kind !== 'unpayable') return undefined
  return `the chain asks ${marketWei} wei per gas, ${maxFeeWei} are signed, and the GAS_KEEPER’s uncommitted balance does not pay for more`
}
