import type { Transaction } from '../../domain/lanes/transaction.ts'
import { NotYet } from '../../domain/money-errors.ts'
import { broadcast } from '../../transactions/track/broadcast.ts'
import type { Attention, ChainActivities, Parked, Replan, Swept } from '../../workflows/contract.ts'
import { gasState } from '../fund/gas-transaction.ts'
import { type ClaimedSweep, claimed, isReplan } from '../step/claimed-sweep.ts'
import type { ActivityDeps } from '../step/deps.ts'
import { callForAttention, inUnits } from '../step/outcomes.ts'
import { judgeArrival } from './judge-arrival.ts'
import { followLive } from './live-sweep.ts'
import { signSweep } from './sign-sweep.ts'

/**
 * Signs the sweep once gas is there, then looks at its transaction until that is at depth: the lane
 * loop owns it, this only reads. Returns when it is final; until then throws `NotYet`, which the
 * server tries again without history.
 */
export function createSweep(deps: ActivityDeps): ChainActivities['sweep'] {
  return async (request) => {
    const found = await claimed(deps, request)
    if (isReplan(found)) return found
    const transactions = await deps.lanes.ofSweep(request.sweepId)
    const last = transactions.filter((t) => t.step === 'sweep').at(-1)
    if (last) {
      const answer = await judge(deps, found, last, transactions)
      if (answer !== 'sign-again') return answer
    }
    const gas = await gasState(found.chain, transactions)
    if (gas === 'pending') throw new NotYet('the gas transaction is not in a block yet')
    // A plan that misses nothing was made after that gas: what the wallet holds now pays, wherever
    // it came from.
    if (gas === 'failed' && found.plan.gasShortWei > 0n)
      return { kind: 'replan', why: 'the gas transaction failed' }
    const signed = await signSweep(deps, found)
    if (signed.kind !== 'signed') return signed
    await deps.sweeps.setState({
      depositId: request.depositId,
      state: 'confirming-sweep',
      reason: '',
      detail: '',
    })
    await broadcast(
      { broadcaster: found.chain.broadcaster, sends: deps.sends, log: deps.log },
      signed.transaction,
    )
    throw new NotYet('the sweep is sent')
  }
}

async function judge(
  deps: ActivityDeps,
  found: ClaimedSweep,
  transaction: Transaction,
  ofSweep: readonly Transaction[],
): Promise<Swept | Replan | Attention | Parked | 'sign-again'> {
  const at = { depositId: found.deposit.id, sweepId: found.sweep.id }
  switch (transaction.state) {
    case 'live':
      return await followLive(deps, found, transaction, ofSweep)
    case 'succeeded':
      return await judgeArrival(deps, found, transaction)
    case 'displaced':
      // The alarm is given; what is left in the wallet is safer in the cold wallet, on a later
      // nonce (MONEY 3).
      if (transaction.round < deps.limits.sweepRounds) return 'sign-again'
      return await callForAttention(
        deps,
        at,
        'displaced',
        'its nonce was used by a transaction that is not ours',
      )
    case 'reverted':
    case 'cancelled': {
      if (transaction.round < deps.limits.sweepRounds) {
        // Planned again only when this round's end is what the plan has not seen yet.
        const judgedSince =
          transaction.mined !== null && found.plan.block >= transaction.mined.blockNumber
        return judgedSince
          ? 'sign-again'
          : { kind: 'replan', why: `the sweep ${transaction.state}` }
      }
      const detail = `${inUnits(found.plan.amount, found.asset)}: the sweep’s transaction ${transaction.state}`
      return await callForAttention(deps, at, 'reverted', detail)
    }
  }
}
