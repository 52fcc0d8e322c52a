import type { Finished, Funded, SweepInput, SweepRequest } from './contract.ts'
import { chainActivities, recordActivities } from './options.ts'
import type { SweepRun } from './sweep-run.ts'
import { type StoryEnd, sweepUntilDone } from './sweep-story.ts'

/** Workflow of a token deposit: plan → fund gas → await the gas signal → sweep → record. */
export async function tokenSweep(input: SweepInput): Promise<string> {
  return await sweepUntilDone(input, sweepToken)
}

async function sweepToken(run: SweepRun, retry: boolean): Promise<StoryEnd> {
  const { depositId, timers } = run.input
  const activities = chainActivities(timers)
  run.show('planning')
  const planned = await activities.plan({ depositId, retry })
  if (planned.kind !== 'planned') return planned
  const request = { depositId, sweepId: planned.sweepId }
  if (planned.gasShortWei !== '0') {
    run.show('funding', { detail: `${planned.amount} need gas first`, sweepId: planned.sweepId })
    const funded = await activities.fundGas(request)
    if (funded.kind !== 'funded') return funded
    const noGas = await awaitGas(run, request, funded)
    if (noGas) return noGas
  }
  run.show('sweeping', { detail: planned.amount, sweepId: planned.sweepId })
  const swept = await activities.sweep(request)
  if (swept.kind !== 'swept') return swept
  run.showTransaction({ step: 'sweep', hash: swept.hash, amount: swept.amount, outcome: 'final' })
  return await recordActivities().recordSweep(request)
}

/**
 * Waits for the gas signal. When the timer fires first, the receipt is requested instead. In both
 * cases the activity `sweep` reads the chain again before it signs.
 */
async function awaitGas(
  run: SweepRun,
  request: SweepRequest,
  funded: Funded,
): Promise<Exclude<StoryEnd, Finished> | undefined> {
  const { timers } = run.input
  const shown = { step: 'gas' as const, hash: funded.hash, amount: funded.amount }
  run.showTransaction({ ...shown, outcome: 'sent' })
  const since = Date.now()
  let mined = funded.mined
  for (
    let waitMs = timers.gasWaitMs;
    !mined;
    waitMs = Math.min(waitMs * 2, timers.recheckMs * 10)
  ) {
    if (await run.gasSignal(funded.transactionKey, waitMs)) break
    const gas = await chainActivities(timers).checkGas(request)
    if (gas.kind === 'replan') {
      run.showTransaction({ ...shown, outcome: gas.why })
      return gas
    }
    if (gas.kind === 'parked' || gas.kind === 'attention') return gas
    mined = gas.kind === 'mined'
    // MONEY 17: this wait ends even if the gas transaction stays unmined. `sweepUntilDone` then
    // sets `needs-attention`.
    if (!mined && Date.now() - since > timers.attentionAfterMs) {
      return { kind: 'replan', why: 'the gas transaction is in no block' }
    }
  }
  run.showTransaction({ ...shown, outcome: 'mined' })
  return undefined
}
