import {
  ActivityFailure,
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  rootCause,
  workflowInfo,
} from '@temporalio/workflow'
import type {
  Attention,
  Finished,
  Parked,
  Replan,
  SweepInput,
  SweepStateAttribute,
} from './contract.ts'
import { recordActivities } from './options.ts'
import { type SweepRun, startRun } from './sweep-run.ts'

/** The result of one try of a sweep. */
export type StoryEnd = Finished | Parked | Attention | Replan
/** One try of the whole sweep. `retry`: an operator asked for the try. */
export type SweepTry = (run: SweepRun, retry: boolean) => Promise<StoryEnd>

/**
 * Longest sleep between two tries, in multiples of the recheck timer. Long sleeps keep the history
 * of a run that waits for a day short.
 */
const longestWait = 10

/**
 * Tries the sweep until the deposit's row is terminal. Between two tries the run sleeps until a
 * wake-up, or until a timer that doubles with each sleep.
 */
export async function sweepUntilDone(input: SweepInput, sweepTry: SweepTry): Promise<string> {
  const run = startRun(input)
  let waits = 0
  let waitingSince = input.goesOn?.waitingSince ?? Date.now()
  for (;;) {
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished)
      // A wait ends in needs-attention even if it spans several runs (MONEY 17).
      const goesOn = { waitingSince, ordered: run.consumeOrder(), heard: run.heard }
      await continueAsNew({ ...input, goesOn })
    }
    const end = await runTry(run, sweepTry)
    if (end.kind === 'finished') return await finish(run, end)
    if (end.kind === 'attention') {
      run.show(`needs-attention(${end.reason})`, { detail: end.detail })
      await run.order()
      waits = 0
      waitingSince = Date.now()
      continue
    }
    if (end.kind === 'parked') run.show(`waiting(${end.reason})`, { detail: end.detail })
    const reason = end.kind === 'parked' ? end.reason : end.why
    // MONEY 17. No activity of an earlier version gives this answer, so the replay of its histories
    // takes the same path as before.
    if (end.kind === 'parked' && end.ageless) waitingSince = Date.now()
    if (Date.now() - waitingSince > input.timers.attentionAfterMs) {
      await askForAttention(
        run,
        `waited-too-long ${reason}`,
        'neither a wake-up nor a timer ended the wait',
      )
      waits = 0
      waitingSince = Date.now()
      continue
    }
    // The first try that needs another plan is repeated at once. Further tries are repeated after a
    // sleep.
    if (end.kind === 'parked' || waits > 0) {
      await run.wakeUp(reason, input.timers.recheckMs * Math.min(2 ** waits, longestWait))
    }
    waits += 1
  }
}

async function runTry(run: SweepRun, sweepTry: SweepTry): Promise<StoryEnd> {
  try {
    return await sweepTry(run, run.consumeOrder())
  } catch (error) {
    if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error
    const reason = `activity-failed ${error.activityType}`
    const detail = rootCause(error) ?? error.message
    await recordActivities().askForAttention({ depositId: run.input.depositId, reason, detail })
    return { kind: 'attention', reason, detail }
  }
}

async function askForAttention(run: SweepRun, reason: string, detail: string): Promise<void> {
  await recordActivities().askForAttention({ depositId: run.input.depositId, reason, detail })
  run.show(`needs-attention(${reason})`, { detail })
  await run.order()
}

async function finish(run: SweepRun, end: Finished): Promise<string> {
  const state = end.reason ? `${end.state}(${end.reason})` : end.state
  run.show(state)
  run.finish(end.state as SweepStateAttribute)
  await condition(allHandlersFinished)
  return state
}
