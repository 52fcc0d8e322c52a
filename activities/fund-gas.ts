import { planFees } from '../domain/fees.ts'
import { newestAttempt } from '../domain/replacement.ts'
import { broadcast } from '../transactions/broadcast.ts'
import { openTransaction } from '../transactions/open-transaction.ts'
import { transferGasLimit } from '../transactions/transfer-gas.ts'
import type { ChainActivities } from '../workflows/contract.ts'
import { type ClaimedSweep, claimed, isReplan } from './claimed-sweep.ts'
import type { ActivityDeps } from './deps.ts'
import { inUnits, park, refused } from './outcomes.ts'

/**
 * The keeper's transfer of what the wallet lacks. A repeat finds the transaction of the first call and sends its
 * bytes again; a new one is signed only where MONEY 2 opens a round.
 */
export function createFundGas(deps: ActivityDeps): ChainActivities['fundGas'] {
  return async (request) => {
    const found = await claimed(deps, request)
    if (isReplan(found)) return found
    const { chain, sweep, plan } = found
    const fees = planFees(await chain.state.feeQuote(), chain.chain.feeMode, chain.chain.gas)
    if (fees.kind === 'above-ceiling')
      return await park(deps, request, 'gas-price', 'gas is above the chain’s ceiling')
    const gasLimit = await transferGas(found)
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
        maxFeeWei: fees.fees.startWei,
        maxPriorityFeeWei: fees.fees.priorityFeeWei,
      },
      feeCapWei: fees.fees.capWei,
      l1FeeWei: await chain.state.rollupFee({
        to: sweep.wallet,
        valueWei: plan.gasShortWei,
        data: '0x',
        gasLimit,
        maxFeeWei: fees.fees.startWei,
      }),
      shortAtBlock: plan.block,
    })
    if (answer.kind === 'rounds-exhausted' || answer.kind === 'gas-cap') {
      // What is signed may still go through once gas is cheaper: no person is needed for that.
      const ofSweep = await deps.lanes.ofSweep(sweep.id)
      if (ofSweep.some(({ step, state }) => step === 'sweep' && state === 'live'))
        return await park(deps, request, 'gas-price', 'as much gas was funded as the limits allow')
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

/** A delegated wallet (EIP-7702) runs code when it is paid, so a plain transfer's 21,000 are not enough there. */
async function transferGas({ chain, sweep, plan }: ClaimedSweep): Promise<bigint> {
  const limit = await transferGasLimit(chain, {
    from: chain.chain.gasKeeper.address,
    to: sweep.wallet,
    valueWei: plan.gasShortWei,
  })
  if (limit.kind === 'reverted') throw new Error(`the wallet refuses gas: ${limit.reason}`)
  return limit.gas
}
