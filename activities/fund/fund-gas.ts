import { inUnits } from '../../domain/chains/asset.ts'
import type { FeePlan } from '../../domain/chains/fees.ts'
import { type TransferGas, transferGasLimit } from '../../domain/chains/nodes/transfer-gas-limit.ts'
import { behindKeeperNonce } from '../../domain/keeper/keeper-waits.ts'
import { joinDetails } from '../../domain/lanes/long-unmined.ts'
import { newestAttempt } from '../../domain/lanes/replacement.ts'
import type { SendRefusal } from '../../domain/lanes/send-refusal.ts'
import { openTransaction } from '../../transactions/sign/open-transaction.ts'
import { broadcast } from '../../transactions/track/broadcast.ts'
import type { ChainActivities } from '../../workflows/contract.ts'
import type { ActivityDeps } from '../step/activity-deps.ts'
import { type ClaimedSweep, claimed, dustLimitsOf, isReplan } from '../step/claimed-sweep.ts'
import { park, quoteFees, refused } from '../step/outcomes.ts'
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
    const limit = await transferGas(found)
    if (limit.kind === 'above-record') return await park(deps, request, 'gas-limit', limit.detail)
    const gasLimit = limit.gas
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
      l1FeeWei: await chain.state.rollupFee({
        to: sweep.wallet,
        valueWei: plan.gasShortWei,
        data: '0x',
        gasLimit,
        maxFeeWei: fees.startWei,
      }),
      shortAtBlock: plan.block,
    })
    if (answer.kind === 'rounds-exhausted' || answer.kind === 'gas-cap') {
      // A signed sweep may still be mined once gas is cheaper, without an operator's order.
      const ofSweep = await deps.lanes.ofSweep(sweep.id)
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

/**
 * Returns the gas limit of the transfer to the wallet. A delegated wallet (EIP-7702) runs code and
 * needs more than 21,000.
 */
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
