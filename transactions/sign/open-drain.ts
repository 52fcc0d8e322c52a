import { whyAboveCap, whyAboveGasCap } from '../../domain/chains/caps.ts'
import { planFees, type SignedFees } from '../../domain/chains/fees.ts'
import {
  recordedTransferGas,
  transferGasLimit,
} from '../../domain/chains/nodes/transfer-gas-limit.ts'
import type { DrainOrder } from '../../domain/keeper/drain.ts'
import { reasonBehind } from '../../domain/lanes/lane-behind.ts'
import type { LaneSigning } from '../../domain/lanes/lane-store.ts'
import type { LockedLane } from '../../domain/lanes/locked-lane.ts'
import type { PaymentIntent, Transaction } from '../../domain/lanes/transaction.ts'
import { KeyMismatch, KeyMissing } from '../../domain/money-errors.ts'
import type { CursorReader } from '../../domain/scan/scan-store.ts'
import { planNativeSweep } from '../../domain/sweeps/gas-plan.ts'
import type { MoneyChain } from './money-chain.ts'
import { drainAddress } from './policy.ts'
import type { UnlockedSender } from './signer.ts'

export type DrainAnswer =
  /** Signed by this call, or by an earlier call with the same order. */
  | { readonly kind: 'signed'; readonly transaction: Transaction; readonly isNew: boolean }
  /** The balance does not pay for its own transfer. */
  | { readonly kind: 'empty'; readonly balanceWei: bigint }
  /** Nothing is signed now; `why` is for the operator. */
  | { readonly kind: 'waits'; readonly why: string }

const waits = (why: string): DrainAnswer => ({ kind: 'waits', why })

/**
 * Signs the drain of a retired keeper: its balance less the highest fee and L1 fee, to the
 * registered current keeper or cold wallet (MONEY 1, 9, 18). As for sweeps, one commit under the
 * lane's lock takes the nonce, signs, compares and stores. Nothing is signed while the keeper is
 * current or has a transaction that is not final. Idempotent per order.
 */
export async function openDrain(
  chain: MoneyChain,
  deps: { readonly lanes: LaneSigning; readonly cursors: CursorReader },
  order: DrainOrder,
): Promise<DrainAnswer> {
  const { state } = chain
  const { id: chainId, feeMode, gas } = chain.chain
  const to = drainAddress(chain.chain, order.to)
  const planned = planFees(await state.feeQuote(), feeMode, gas)
  if (planned.kind !== 'plan')
    return waits(
      planned.kind === 'above-ceiling'
        ? 'the gas price is above gas.maxFeeGwei'
        : 'the newest block has no base fee',
    )
  const base = { kind: 'drain-keeper', chainId, wallet: order.keeper, to: order.to } as const
  const sender = await unlock(chain, { ...base, valueWei: 1n })
  if (!sender)
    return waits(
      `the worker has no key of it: set RETIRED_KEEPER_PRIVATE_KEY_${chainId} in the worker's environment and restart it`,
    )
  const cursor = await deps.cursors.cursor(chainId)
  const head = await state.head()
  const [chainNonce, balanceWei] = await Promise.all([
    state.minedNonce(order.keeper),
    state.nativeBalance(order.keeper, head.hash),
  ])
  if (balanceWei === 0n) return { kind: 'empty', balanceWei }
  const limit = await transferGasLimit(chain, { from: order.keeper, to, valueWei: 1n })
  if (limit.kind !== 'gas')
    return waits(
      limit.kind === 'reverted' ? `the receiver refuses it: ${limit.reason}` : limit.detail,
    )
  const gasLimit = limit.gas
  const l1FeeWei = await state.rollupFee({
    to,
    valueWei: balanceWei,
    data: '0x',
    gasLimit,
    maxFeeWei: planned.fees.startWei,
  })
  const plan = planNativeSweep({
    balanceWei,
    gasLimit,
    fees: planned.fees,
    l1FeeWei,
    remainder: chain.chain.nativeRemainder,
  })
  if (plan.kind === 'too-small') return { kind: 'empty', balanceWei }
  const transferGas = await recordedTransferGas(chain)
  const above =
    whyAboveGasCap(chain.chain, { asset: 'native', gasLimit, transferGas }) ??
    whyAboveCap(gas, { ...plan.fees, l1FeeWei })
  if (above !== undefined) return waits(above)
  const read: ReadBefore = {
    sender,
    intent: { ...base, valueWei: plan.valueWei },
    fees: plan.fees,
    feeCapWei: planned.fees.capWei,
    l1FeeWei,
    to,
    chainNonce,
    balanceWei,
    block: head.number,
    isBehind: cursor === undefined || head.number - cursor.height > chain.chain.maxScanLag,
  }
  return await deps.lanes.withLane(
    { chainId, sender: order.keeper, role: 'keeper', chainNonce },
    (lane) => decide(chain.chain.coldWallet, lane, order, read),
  )
}

interface ReadBefore {
  readonly sender: UnlockedSender
  readonly intent: PaymentIntent
  readonly fees: SignedFees
  readonly feeCapWei: bigint
  readonly l1FeeWei: bigint
  readonly to: `0x${string}`
  readonly chainNonce: bigint
  readonly balanceWei: bigint
  readonly block: bigint
  /** The scanner lags, so a transaction of this keeper may be unknown (MONEY 22). */
  readonly isBehind: boolean
}

async function decide(
  coldWallet: `0x${string}`,
  lane: LockedLane,
  order: DrainOrder,
  read: ReadBefore,
): Promise<DrainAnswer> {
  const [known] = await lane.rounds(order.id, 'drain')
  if (known) return { kind: 'signed', transaction: known, isNew: false }
  if (!(await lane.isSweepOpen(order.id))) return waits('the order has ended')
  const halt = await lane.drainHaltOf(order.id, read.to, coldWallet)
  if (halt !== undefined) return waits(halt)
  const behind = await reasonBehind(lane, read.chainNonce, lane.unexplained)
  if (behind !== undefined) {
    await lane.close(behind)
    return waits(`its lane is closed: ${behind}; see "coldsweep recover"`)
  }
  if (read.isBehind) return waits('the scanner is behind the chain')
  const live = await lane.notFinal(read.block)
  if (live.length > 0) return waits(`${live.length} of its transactions are not final`)
  const { intent, fees, l1FeeWei } = read
  const { unsigned, signed } = await read.sender.sign(intent, lane.nextNonce, fees, l1FeeWei)
  const transaction = await lane.insert({
    sweepId: order.id,
    step: 'drain',
    round: 1,
    nonce: lane.nextNonce,
    to: unsigned.to,
    valueWei: unsigned.valueWei,
    data: unsigned.data,
    fees: read.fees,
    feeCapWei: read.feeCapWei,
    l1FeeWei: read.l1FeeWei,
    signed,
    signedBlock: read.block,
    balanceBlock: read.block,
    senderBalanceWei: read.balanceWei,
  })
  return { kind: 'signed', transaction, isNew: true }
}

/** @returns undefined if this worker has no key of the retired keeper */
async function unlock(
  { signer }: MoneyChain,
  intent: PaymentIntent,
): Promise<UnlockedSender | undefined> {
  try {
    return await signer.unlock(intent)
  } catch (error) {
    if (error instanceof KeyMissing || error instanceof KeyMismatch) return undefined
    throw error
  }
}
