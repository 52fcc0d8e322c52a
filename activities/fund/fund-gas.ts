import { behindKeeperNonce } from '../../domain/keeper/keeper-waits.ts'
import { joinDetails } from '../../domain/lanes/long-unmined.ts'
import { newestAttempt } from '../../domain/lanes/replacement.ts'
import type { SendRefusal } from '../../domain/lanes/send-refusal.ts'
import { openTransaction } from '../../transactions/sign/open-transaction.ts'
import { type TransferGas, transferGasLimit } from '../../transactions/sign/transfer-gas.ts'
import { broadcast } from '../../transactions/track/broadcast.ts'
import type { ChainActivities } from '../../workflows/contract.ts'
import { type ClaimedSweep, claimed, isReplan } from '../step/claimed-sweep.ts'
import type { ActivityDeps } from '../step/deps.ts'
import { inUnits, park, refused } from '../step/outcomes.ts'
import { quoteFees } from '../step/quote-fees.ts'
import { readLongUnmined } from '../step/read-turn.ts'

/**
 * The keeper's transfer of what the wallet lacks. A repeat finds the transaction of the first call
 * and sends its bytes again; a new one is signed only where MONEY 2 opens a round.
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
    const answer = await openTransaction(chain, deps.lanes, deps.limits.gasRounds, {
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
      // What is signed may still go through once gas is cheaper: no person is needed for that.
      const ofSweep = await deps.lanes.ofSweep(sweep.id)
      const signed = ofSweep.filter(({ step, state }) => step === 'sweep' && state === 'live')
      if (signed.length > 0) {
        const age = await readLongUnmined(chain, signed)
        const detail = joinDetails('as much gas was funded as the limits allow', age)
        return await park(deps, request, 'gas-price', detail)
      }
    }
    if (answer.kind !== 'signed') return await refused(deps, request, answer)
    const { transaction } = answer
    const attempt = newestAttempt(transaction)
    if (transaction.state === 'live' && transaction.mined === null) {
      await broadcast(
        { broadcaster: chain.broadcaster, sends: deps.sends, log: deps.log },
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
 * Why no gas is signed now: nodes refuse the keeper's lowest unmined transaction, and what comes
 * after it would wait for it. undefined where none is refused, or this sweep's own gas is signed
 * already.
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
 * A delegated wallet (EIP-7702) runs code when it is paid, so a plain transfer's 21,000 are not
 * enough there.
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
  if (limit.kind === 'reverted') throw new Error(`the wallet refuses gas: ${limit.reason}`)
  return limit
}
