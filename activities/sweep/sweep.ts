import { inUnits } from '../../domain/chains/asset.ts'
import type { Transaction } from '../../domain/lanes/transaction.ts'
import { NotYet } from '../../domain/money-errors.ts'
import { broadcast } from '../../transactions/track/broadcast.ts'
import type { Attention, ChainActivities, Parked, Replan, Swept } from '../../workflows/contract.ts'
import { gasState } from '../fund/check-gas.ts'
import type { ActivityDeps } from '../step/activity-deps.ts'
import { type ClaimedSweep, claimed, isReplan } from '../step/claimed-sweep.ts'
import { callForAttention } from '../step/outcomes.ts'
import { followLiveSweep } from './follow-live-sweep.ts'
import { judgeArrival } from './judge-arrival.ts'
import { signSweep } from './sign-sweep.ts'

/**
 * Creates the activity that signs the sweep once its gas is mined, and then polls the transaction.
 * Throws `NotYet` until the transaction is final; the Temporal server retries without adding
 * history. The lane loop owns the transaction, and this activity only reads it.
 */
export function createSweep(deps: ActivityDeps): ChainActivities['sweep'] {
  return async (request) => {
    const found = await claimed(deps, request)
    if (isReplan(found)) return found
    const transactions = await deps.lanes.ofSweep(request.sweepId)
    const last = transactions.filter((t) => t.step === 'sweep').at(-1)
    if (last) {
      const answer = await judge(deps, found, last, transactions)
      if (answer !== 'next-round') return answer
    }
    const gas = await gasState(found.chain, transactions)
    if (gas === 'pending') throw new NotYet('the gas transaction is not in a block yet')
    // If the plan has no gas shortage, the wallet's own native coin pays for the transfer, and the
    // failed gas transaction does not matter.
    if (gas === 'failed' && found.plan.gasShortWei > 0n)
      return { kind: 'replan', why: 'the gas transaction failed' }
    const signed = await signSweep(deps, found, transactions)
    if (signed.kind !== 'signed') return signed
    await deps.sweeps.setState({
      depositId: request.depositId,
      state: 'confirming-sweep',
      reason: '',
      detail: '',
    })
    await broadcast(
      { broadcaster: found.chain.broadcaster, lanes: deps.lanes, log: deps.log },
      signed.transaction,
    )
    throw new NotYet('the sweep is broadcast')
  }
}

async function judge(
  deps: ActivityDeps,
  found: ClaimedSweep,
  transaction: Transaction,
  ofSweep: readonly Transaction[],
): Promise<Swept | Replan | Attention | Parked | 'next-round'> {
  const at = { depositId: found.deposit.id, sweepId: found.sweep.id }
  switch (transaction.state) {
    case 'live':
      return await followLiveSweep(deps, found, transaction, ofSweep)
    case 'succeeded':
      return await judgeArrival(deps, found, transaction)
    case 'displaced':
      // The alarm is already raised. The next round sweeps the remaining balance on a later nonce,
      // because the money is safer in the cold wallet (MONEY 3).
      if (transaction.round < deps.limits.sweepRounds) return 'next-round'
      return await callForAttention(deps, at, 'displaced', 'an external transaction used its nonce')
    case 'reverted':
    case 'cancelled': {
      if (transaction.round < deps.limits.sweepRounds) {
        // The sweep is planned again only if its plan is older than the end of this round.
        const judgedSince =
          transaction.mined !== null && found.plan.block >= transaction.mined.blockNumber
        return judgedSince
          ? 'next-round'
          : { kind: 'replan', why: `the sweep ${transaction.state}` }
      }
      const detail = `${inUnits(found.plan.amount, found.asset)}: the sweep’s transaction ${transaction.state}`
      return await callForAttention(deps, at, 'reverted', detail)
    }
  }
}
