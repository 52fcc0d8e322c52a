import { inUnits } from '../../domain/chains/asset.ts'
import { whyAboveCap, whyAboveGasCap } from '../../domain/chains/caps.ts'
import type { FeePlan } from '../../domain/chains/fees.ts'
import {
  recordedTransferGas,
  type TransferGas,
  transferGasLimit,
} from '../../domain/chains/nodes/transfer-gas-limit.ts'
import { behindKeeperNonce } from '../../domain/keeper/keeper-waits.ts'
import { joinDetails } from '../../domain/lanes/long-unmined.ts'
import { newestAttempt } from '../../domain/lanes/replacement.ts'
import type { SendRefusal } from '../../domain/lanes/send-refusal.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import { delegatedElsewhere } from '../../domain/sweeps/plan-caps.ts'
import { openTransaction } from '../../transactions/sign/open-transaction.ts'
import { broadcast } from '../../transactions/track/broadcast.ts'
import type { Attention, ChainActivities, Parked } from '../../workflows/contract.ts'
import type { ActivityDeps } from '../step/activity-deps.ts'
import { type ClaimedSweep, claimed, dustLimitsOf, isReplan } from '../step/claimed-sweep.ts'
import { callForAttention, park, quoteFees, refused } from '../step/outcomes.ts'
import { readLongUnmined } from '../step/read-turn.ts'

/**
 * Creates the activity that sends the missing gas from the keeper to the wallet. A repeat finds the
 * first call's transaction and rebroadcasts its bytes. A new transaction is signed only if MONEY 2
 * allows another round.
 */
export function createFundGas(deps: ActivityDeps): ChainActivities['fundGas'] {
  return async (request) => {
    const found = await claimed(deps, request)
    if (isReplan(found)) return found
    const { chain, sweep, plan } = found
    const ahead = await refusedAhead(deps, found)
    if (ahead) return await park(deps, request, ahead.reason, ahead.detail)
    const quoted = await quoteFees(deps, chain, request)
    if (quoted.kind === 'parked') return quoted
    const { fees } = quoted
    const ofSweep = await deps.lanes.ofSweep(sweep.id)
    const cost = await judgeTransfer(deps, found, fees, ofSweep)
    if (cost.kind !== 'transfer') return cost
    const { gasLimit, l1FeeWei } = cost
    if (await isTooDear(deps, found, fees))
      return { kind: 'replan', why: 'gas costs more than was planned for this dust' }
    const answer = await openTransaction(chain, deps, deps.limits.gasRounds, {
      sweepId: sweep.id,
      step: 'gas',
      intent: {
        kind: 'fund-gas',
        chainId: chain.chain.id,
        wallet: sweep.wallet,
        valueWei: plan.gasShortWei,
      },
      fees: {
        gasLimit,
        maxFeeWei: fees.startWei,
        maxPriorityFeeWei: fees.priorityFeeWei,
      },
      feeCapWei: fees.capWei,
      l1FeeWei,
      shortAtBlock: plan.block,
    })
    if (answer.kind === 'rounds-exhausted' || answer.kind === 'gas-cap') {
      // A signed sweep may still be mined once gas is cheaper, without an operator's order.
      const signed = ofSweep.filter(({ step, state }) => step === 'sweep' && state === 'live')
      if (signed.length > 0) {
        const age = await readLongUnmined(chain, signed)
        const detail = joinDetails('gas funding has reached its limits', age)
        return await park(deps, request, 'gas-price', detail)
      }
    }
    if (answer.kind !== 'signed') return await refused(deps, request, answer)
    const { transaction } = answer
    const attempt = newestAttempt(transaction)
    if (transaction.state === 'live' && transaction.mined === null) {
      await broadcast(
        { broadcaster: chain.broadcaster, lanes: deps.lanes, log: deps.log },
        transaction,
      )
    }
    return {
      kind: 'funded',
      transactionKey: transaction.key,
      hash: attempt.hash,
      amount: inUnits(transaction.valueWei, chain.chain.native),
      mined: await deps.gasSignals.has(chain.chain.id, attempt.hash),
    }
  }
}

/**
 * MONEY 26, 28: judges a new transfer to the wallet. A gas round that is live is not judged again,
 * and a live sweep is not left without its run.
 */
async function judgeTransfer(
  deps: ActivityDeps,
  found: ClaimedSweep,
  { startWei: maxFeeWei }: FeePlan,
  ofSweep: readonly Transaction[],
): Promise<
  | { readonly kind: 'transfer'; readonly gasLimit: bigint; readonly l1FeeWei: bigint }
  | Parked
  | Attention
> {
  const { chain, sweep, plan } = found
  const at = { depositId: found.deposit.id, sweepId: sweep.id }
  const isSwept = ofSweep.some(({ step, state }) => step === 'sweep' && state === 'live')
  const refuse = async (reason: 'gas-limit' | 'delegated-elsewhere', detail: string) =>
    isSwept
      ? await park(deps, at, 'gas-price', detail)
      : await callForAttention(deps, at, reason, detail)
  const live = ofSweep.find(({ step, state }) => step === 'gas' && state === 'live')
  if (live)
    return { kind: 'transfer', gasLimit: newestAttempt(live).gasLimit, l1FeeWei: live.l1FeeWei }
  // The wallet may have been delegated since its plan.
  if ((await chain.state.code(sweep.wallet)) !== '0x')
    return await refuse('delegated-elsewhere', delegatedElsewhere(sweep.wallet))
  const limit = await transferGas(found)
  if (limit.kind === 'above-record') return await park(deps, at, 'gas-limit', limit.detail)
  const gasLimit = limit.gas
  const recorded = await recordedTransferGas(chain)
  const asked = { asset: 'native', gasLimit, transferGas: recorded } as const
  const tooMuch = whyAboveGasCap(chain.chain, asked)
  // On Arbitrum the gas contains the price of the L1, which falls again.
  if (tooMuch !== undefined && chain.chain.rollup === 'arbitrum')
    return await park(deps, at, 'gas-limit', tooMuch)
  if (tooMuch !== undefined) return await refuse('gas-limit', tooMuch)
  const draft = { to: sweep.wallet, valueWei: plan.gasShortWei, data: '0x', gasLimit } as const
  const l1FeeWei = await chain.state.rollupFee({ ...draft, maxFeeWei })
  const above = whyAboveCap(chain.chain.gas, { gasLimit, maxFeeWei, l1FeeWei })
  if (above !== undefined) return await park(deps, at, 'gas-price', above)
  return { kind: 'transfer', gasLimit, l1FeeWei }
}

/**
 * MONEY 15: whether gas has become dearer than the plan of ordered dust assumed, and nothing is
 * signed for its sweep. The first transfer of gas money keeps to the plan; its bumps do not,
 * because every later transfer of the keeper waits for its nonce.
 */
async function isTooDear(
  deps: ActivityDeps,
  found: ClaimedSweep,
  { startWei }: FeePlan,
): Promise<boolean> {
  const { sweep, plan } = found
  if (startWei <= plan.feeCapWei || !(await dustLimitsOf(deps, found, plan.amount))) return false
  return (await deps.lanes.ofSweep(sweep.id)).length === 0
}

/**
 * Returns the refusal of the keeper's unmined transaction with the lowest nonce, because new gas
 * would have to wait behind that nonce. Returns undefined if nodes do not refuse that transaction,
 * or if this sweep's gas is already signed.
 */
async function refusedAhead(
  deps: ActivityDeps,
  { chain: { chain }, sweep }: ClaimedSweep,
): Promise<SendRefusal | undefined> {
  const live = await deps.keeperBook.live(chain.id, chain.gasKeeper.address)
  const ahead = live.find(({ mined }) => mined === null)
  if (!ahead?.refusal || live.some(({ sweepId }) => sweepId === sweep.id)) return undefined
  const { reason, detail } = ahead.refusal
  return { reason, detail: behindKeeperNonce(ahead, detail) }
}

/** Returns the gas limit of the transfer to the wallet, which has no code. */
async function transferGas({
  chain,
  sweep,
  plan,
}: ClaimedSweep): Promise<Exclude<TransferGas, { kind: 'reverted' }>> {
  const limit = await transferGasLimit(chain, {
    from: chain.chain.gasKeeper.address,
    to: sweep.wallet,
    valueWei: plan.gasShortWei,
  })
  if (limit.kind === 'reverted')
    throw new Error(`gas transfer to the wallet reverts: ${limit.reason}`)
  return limit
}
