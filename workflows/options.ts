import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow'
import {
  type ChainActivities,
  nonRetryableErrors,
  type RecordActivities,
  type SweepTimers,
} from './contract.ts'

/**
 * After three missed heartbeats of one second, Temporal gives a killed worker's activity to another
 * worker. One try may take a minute, because nodes may be slow. All retries together may take as
 * long as a wait may last before it becomes `needs-attention` (MONEY 17).
 */
const heartbeatTimeoutMs = 3_000
/**
 * `sweep` waits for finality in one attempt, and thousands of sweeps may wait at a time. A killed
 * worker's sweep is signed or tracked later by this much at most.
 */
const waitingHeartbeatMs = 15_000
const attemptMs = 60_000
const reconcileMs = 60 * 60_000

/** Returns the activities that are the steps of a sweep, with their timeouts. */
const brief = { startToCloseTimeout: attemptMs, heartbeatTimeout: heartbeatTimeoutMs }

export function chainActivities(
  timers: Pick<SweepTimers, 'attentionAfterMs' | 'notYetMs'>,
): SweepSteps {
  const step = (summary: string, attempt = brief) =>
    proxyActivities<ChainActivities>({
      ...attempt,
      scheduleToCloseTimeout: timers.attentionAfterMs,
      summary,
      retry: {
        initialInterval: timers.notYetMs,
        backoffCoefficient: 1.5,
        maximumInterval: 60_000,
        nonRetryableErrorTypes: [...nonRetryableErrors],
      },
    })
  // Summaries for the Web UI.
  return {
    plan: step('claim the wallet, read balances, prove the key, simulate, price the gas').plan,
    fundGas: step('the keeper sends the wallet its gas').fundGas,
    checkGas: step('no gas signal came: ask for the receipt').checkGas,
    sweep: step('sign, send to the cold wallet, and watch until it is final', {
      startToCloseTimeout: timers.attentionAfterMs,
      heartbeatTimeout: waitingHeartbeatMs,
    }).sweep,
  }
}

type SweepSteps = Pick<ChainActivities, 'plan' | 'fundGas' | 'checkGas' | 'sweep'>

/**
 * Returns the activity `reconcile`. It reads every receipt of the chain's sweeps, which can take
 * minutes.
 */
export function reconcileActivity() {
  return proxyActivities<Pick<ChainActivities, 'reconcile'>>({
    startToCloseTimeout: reconcileMs,
    heartbeatTimeout: heartbeatTimeoutMs,
    retry: { initialInterval: 5_000, maximumAttempts: 3 },
  })
}

/**
 * Returns the local activities, which use only our own database. The same worker retries them;
 * timers of the server schedule longer retries (`localRetryThreshold`).
 */
export function recordActivities() {
  return proxyLocalActivities<RecordActivities>({
    startToCloseTimeout: 10_000,
    retry: { initialInterval: 200, maximumInterval: 5_000 },
    localRetryThreshold: 5_000,
  })
}

/**
 * Returns the activities of schedules. They have few tries, because the schedule starts another
 * round anyway.
 */
export function scheduledActivities() {
  return proxyActivities<Pick<ChainActivities, 'watchKeeper' | 'adoptDeposits'>>({
    startToCloseTimeout: attemptMs,
    heartbeatTimeout: heartbeatTimeoutMs,
    retry: { initialInterval: 1_000, maximumAttempts: 3 },
  })
}
