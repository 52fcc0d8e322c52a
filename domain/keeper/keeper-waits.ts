import type { Chain } from '../chains/chain.ts'
import { type FeeQuote, planFees } from '../chains/fees.ts'
import { newestAttempt, planReplacement } from '../lanes/replacement.ts'
import { isOverdue } from '../lanes/replacement-due.ts'
import type { Transaction } from '../lanes/transaction.ts'
import { committedWei } from './keeper-capacity.ts'

/**
 * Returns the detail of a deposit whose gas waits because nodes reject the keeper's transaction
 * with a lower nonce.
 */
export function behindKeeperNonce(
  { nonce, key }: Pick<Transaction, 'nonce' | 'key'>,
  why: string,
): string {
  return `waits behind nonce ${nonce} of the GAS_KEEPER (${key}): ${why}`
}

/**
 * SQL `like` pattern of the details that `behindKeeperNonce` returns. The wait's reason alone does
 * not identify these waits, because it is the reason of the rejection.
 */
export const behindKeeperNonceLike = 'waits behind nonce % of the GAS\\_KEEPER (%'

export interface KeeperShortageInput {
  readonly chain: Pick<Chain, 'feeMode' | 'gas'>
  /** An unmined gas transaction without a requested cancel. */
  readonly gas: Transaction
  /** The keeper's unmined transactions, `gas` included. */
  readonly unmined: readonly Transaction[]
  /** The keeper's balance at `balanceBlock`. */
  readonly balanceWei: bigint
  readonly balanceBlock: bigint
  /** The keeper's next nonce at `balanceBlock`. */
  readonly chainNonce: bigint
  readonly quote: FeeQuote
}

/**
 * MONEY 7, 17: returns the detail of a signed gas transaction that waits for the keeper's balance;
 * undefined where the balance is sufficient. There are two cases: the balance does not pay for this
 * transaction and the transactions with lower nonces, or it does not pay for a bump that is due.
 */
export function keeperShortage(input: KeeperShortageInput): string | undefined {
  const { chain, gas, unmined, balanceWei, balanceBlock, chainNonce } = input
  const queue = unmined.filter(({ nonce }) => nonce <= gas.nonce)
  const signedWei = committedWei(queue, balanceBlock)
  if (balanceWei < signedWei)
    return `the GAS_KEEPER holds ${balanceWei} wei; this gas transaction and those before it may cost ${signedWei} wei`
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
    caps: chain.gas,
    l1FeeWei: gas.l1FeeWei,
    spendableWei: balanceWei - committedWei(others, balanceBlock) - gas.l1FeeWei,
  })
  if (bump.kind !== 'unpayable') return undefined
  return `the market price is ${marketWei} wei per gas, ${maxFeeWei} wei are signed, and the GAS_KEEPER’s uncommitted balance does not pay for more`
}
