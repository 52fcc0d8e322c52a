import { NotYet } from '../domain/money-errors.ts'
import { judgePrice } from '../domain/price-trouble.ts'
import type { Transaction } from '../domain/transaction.ts'
import { findMined } from '../transactions/find-mined.ts'
import { rollupFeeNow } from '../transactions/rollup-fee-now.ts'
import type { Replan } from '../workflows/contract.ts'
import type { ClaimedSweep } from './claimed-sweep.ts'
import type { ActivityDeps } from './deps.ts'
import { gasShortage } from './gas-shortage.ts'

/**
 * A sweep's transaction on its way to depth. The lane loop bumps it within what was funded; past that this asks for
 * another gas round, and raises the cap once its coin is there (MONEY 8). Above the chain's ceiling the row says
 * `waiting(gas-price)` while the transaction stays live. Throws `NotYet` but for that plan.
 */
export async function followLive(
  deps: ActivityDeps,
  found: ClaimedSweep,
  transaction: Transaction,
  ofSweep: readonly Transaction[],
): Promise<Replan> {
  // The lane loop judges it. Where several nodes have a say, what they disagree about halts this sweep too (MONEY 20).
  if ((found.chain.voices ?? 1) > 1) await findMined(found.chain, found.chain.state, transaction)
  const say = (state: 'waiting' | 'confirming-sweep', reason: string, detail: string) =>
    deps.sweeps.setState({ depositId: found.deposit.id, state, reason, detail })
  if (transaction.mined) {
    await say('confirming-sweep', '', '')
    throw new NotYet(`the sweep is in block ${transaction.mined.blockNumber}, not final yet`)
  }
  const { chain, state } = found.chain
  const trouble = judgePrice(chain, await state.feeQuote(), transaction)
  // MONEY 2: a gas round that is not at depth is waited for, mined or not.
  const gasUnderWay = ofSweep.some(({ step, state: at }) => step === 'gas' && at === 'live')
  if (!trouble) {
    const shortWei = await gasShortage(state, transaction, await state.head())
    if (shortWei > 0n && !gasUnderWay) {
      await say(
        'waiting',
        'gas-price',
        `the wallet lacks ${shortWei} wei of what its sweep, as it is signed, may cost now`,
      )
      return { kind: 'replan', why: 'the wallet has less gas than was signed' }
    }
    await say('confirming-sweep', '', '')
    throw new NotYet('the sweep is not in a block yet')
  }
  await say('waiting', 'gas-price', trouble.detail)
  if (trouble.kind === 'above-ceiling') throw new NotYet('gas is above the chain’s ceiling')
  if (await isFunded(found, transaction)) {
    await deps.lanes.raiseCap(transaction.key, found.plan.feeCapWei)
    throw new NotYet('more gas was funded: the sweep’s fee may rise')
  }
  if (gasUnderWay) throw new NotYet('the sweep’s gas is not final yet')
  return { kind: 'replan', why: 'gas costs more than was funded' }
}

/** Whether the newest plan allows a higher fee than the transaction may pay yet, and the wallet holds it. */
async function isFunded(
  { chain: { state }, sweep, plan }: ClaimedSweep,
  transaction: Transaction,
): Promise<boolean> {
  if (plan.feeCapWei <= transaction.feeCapWei) return false
  const head = await state.head()
  if (head.number < plan.block) throw new NotYet('the node is behind the plan')
  const balanceWei = await state.nativeBalance(sweep.wallet, head.hash)
  const l1FeeWei = await rollupFeeNow(state, transaction)
  return balanceWei >= transaction.gasLimit * plan.feeCapWei + l1FeeWei
}
