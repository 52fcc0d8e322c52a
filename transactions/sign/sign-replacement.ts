import type { Address } from '../../domain/address.ts'
import { largerOf, smallerOf } from '../../domain/amount.ts'
import { type CostCaps, mostGas } from '../../domain/chains/caps.ts'
import type { Chain } from '../../domain/chains/chain.ts'
import { type FeePlan, type FeeQuote, planFees, withL1Margin } from '../../domain/chains/fees.ts'
import {
  recordedTransferGas,
  transferGasLimit,
} from '../../domain/chains/nodes/transfer-gas-limit.ts'
import { mostTransferGas, plainTransferGas } from '../../domain/chains/transfer-gas.ts'
import { committedWei } from '../../domain/keeper/keeper-capacity.ts'
import type { LaneStore } from '../../domain/lanes/lane-store.ts'
import type { LockedLane } from '../../domain/lanes/locked-lane.ts'
import {
  newestAttempt,
  planReplacement,
  type ReplacementPlan,
  sendsRest,
} from '../../domain/lanes/replacement.ts'
import { isRefusedForGas } from '../../domain/lanes/send-refusal.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import type { MoneyChain } from './money-chain.ts'
import { nextGasLimit, rollupFeeNow } from './next-attempt-cost.ts'
import { cancelOf, intentOf } from './replacement-policy.ts'
import type { UnlockedSender } from './signer.ts'

/** Answer of `signReplacement`. */
export type SignedReplacement =
  | { readonly kind: 'signed'; readonly transaction: Transaction }
  /**
   * Nothing was signed: the head has no base fee, no estimate exceeds the gas limit that nodes
   * refuse (`gas-limit`), the cost is not allowed, the lane is closed (MONEY 22), or another
   * process has just signed a replacement or ended the transaction (`settled`).
   */
  | {
      readonly kind:
        | Exclude<ReplacementPlan['kind'], 'sign'>
        | 'lane-behind'
        | 'settled'
        | 'gas-limit'
        | 'no-base-fee'
    }

/**
 * Signs a replacement of a live transaction on its own nonce: a bump, or the requested cancel
 * (MONEY 3, 8, 9). As in MONEY 1, key, balance and fees are read before the commit; the commit
 * locks the lane, rereads the row, signs, decodes and inserts. The caller broadcasts the
 * replacement.
 * @param live the sender's live transactions as last read; lets the call return early, without a
 * lock, if nothing can be signed
 */
export async function signReplacement(
  chain: MoneyChain,
  lanes: Pick<LaneStore, 'withLane'>,
  transaction: Transaction,
  quote: FeeQuote,
  live: readonly Transaction[],
): Promise<SignedReplacement> {
  const { gas, feeMode, id: chainId } = chain.chain
  const fees = planFees(quote, feeMode, gas)
  if (fees.kind !== 'plan') return fees
  const { sender, step, nonce } = transaction
  const head = await chain.state.head()
  const [balanceWei, l1FeeWei, gasLimit] = await Promise.all([
    chain.state.nativeBalance(sender, head.hash),
    rollupFeeNow(chain.state, transaction),
    transaction.cancelReason === null ? nextGasLimit(chain, transaction) : cancelGas(chain, sender),
  ])
  const read: ReadBefore = {
    market: fees.fees,
    gasLimit,
    ceilingWei: gas.maxFeeWei,
    caps: gas,
    balanceWei,
    l1FeeWei,
    balanceBlock: head.number,
  }
  const expected = plan(transaction, live, read)
  if (expected.kind !== 'sign') return expected
  if (isUncured(transaction, gasLimit, fees.fees)) return { kind: 'gas-limit' }
  const key = await chain.signer.unlock(intentFor(chain.chain, transaction, expected.valueWei))
  const role = step === 'sweep' ? 'wallet' : 'keeper'
  return await lanes.withLane({ chainId, sender, role, chainNonce: nonce }, (lane) =>
    commit(chain.chain, lane, key, transaction, read),
  )
}

/**
 * Whether a bump would not help: the attempt was refused for its gas limit, no higher limit is
 * known, and the attempt's fee meets the market price.
 */
function isUncured(transaction: Transaction, gasLimit: bigint, market: FeePlan): boolean {
  const newest = newestAttempt(transaction)
  return (
    transaction.cancelReason === null &&
    isRefusedForGas(newest) &&
    gasLimit <= newest.gasLimit &&
    newest.maxFeeWei >= market.marketWei
  )
}

interface ReadBefore {
  readonly market: FeePlan
  readonly gasLimit: bigint
  readonly ceilingWei: bigint
  readonly caps: CostCaps
  readonly balanceWei: bigint
  /** A rollup's L1 fee: the larger of the first quote and the current quote (MONEY 9). */
  readonly l1FeeWei: bigint
  readonly balanceBlock: bigint
}

async function commit(
  chain: Chain,
  lane: LockedLane,
  key: UnlockedSender,
  seen: Transaction,
  read: ReadBefore,
): Promise<SignedReplacement> {
  if (lane.closedReason !== null) return { kind: 'lane-behind' }
  const now = await lane.find(seen.key)
  const same =
    now?.state === 'live' &&
    now.mined === null &&
    now.cancelReason === seen.cancelReason &&
    newestAttempt(now).hash === newestAttempt(seen).hash
  if (!now || !same) return { kind: 'settled' }
  const planned = plan(now, await lane.notFinal(read.balanceBlock), read)
  if (planned.kind !== 'sign') return planned
  const { valueWei, fees } = planned
  const { balanceBlock: signedBlock, l1FeeWei } = read
  const intent = intentFor(chain, now, valueWei)
  const { signed } = await key.signReplacement(now, intent, fees, l1FeeWei)
  const kind = now.cancelReason === null ? 'send' : 'cancel'
  return {
    kind: 'signed',
    transaction: await lane.append(now.key, {
      kind,
      valueWei,
      fees,
      l1FeeWei,
      signed,
      signedBlock,
    }),
  }
}

function plan(
  transaction: Transaction,
  notFinal: readonly Transaction[],
  read: ReadBefore,
): ReplacementPlan {
  const others = notFinal.filter(({ key }) => key !== transaction.key)
  // A native sweep keeps a margin for the next rise of the L1 fee. Other payments keep none,
  // because they cannot reduce their value.
  const besideWei = sendsRest(transaction) ? withL1Margin(read.l1FeeWei) : read.l1FeeWei
  const spendableWei = read.balanceWei - committedWei(others, read.balanceBlock) - besideWei
  return planReplacement({ ...read, transaction, spendableWei })
}

function intentFor(chain: Chain, transaction: Transaction, valueWei: bigint) {
  return transaction.cancelReason === null
    ? intentOf(transaction, valueWei, chain.coldWallet)
    : cancelOf(transaction)
}

/**
 * Returns the gas limit of a cancel. A delegated sender (EIP-7702) runs code when it pays itself; a
 * cancel that reverts uses the nonce too. A cancel never waits for `config check`: if the estimate
 * reverts or is above the chain's record, the limit is the record's maximum (MONEY 8), but at least
 * four plain transfers. Code of the sender that burns more than `gas.maxGas` makes the cancel
 * revert, which uses the nonce too (MONEY 26).
 */
async function cancelGas(chain: MoneyChain, sender: Address): Promise<bigint> {
  const limit = await transferGasLimit(chain, { from: sender, to: sender, valueWei: 0n })
  const recorded = await recordedTransferGas(chain)
  const wanted =
    limit.kind === 'gas' ? limit.gas : largerOf(4n * plainTransferGas, mostTransferGas(recorded))
  return smallerOf(wanted, mostGas(chain.chain, { asset: 'native', transferGas: recorded }))
}
