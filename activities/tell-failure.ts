import { withoutSecrets } from '../domain/errors.ts'
import type { ActivityDeps } from './deps.ts'

/** A node that hiccups is no news; what fails so often is. */
const tellFromAttempt = 3

/**
 * A step that fails again and again is not stuck in silence: the deposit's row says with which error, at which try, while
 * its state stays what it is. The next step that works writes over it. Never throws: the failure itself goes on to Temporal.
 */
export function createTellFailure(deps: ActivityDeps) {
  return async (
    attempt: number,
    error: unknown,
    { depositId }: { readonly depositId: string },
  ): Promise<void> => {
    const name = error instanceof Error ? error.name : 'error'
    deps.metrics.count('coldsweep_failed_steps_total', { error: name })
    if (attempt < tellFromAttempt) return
    const words = withoutSecrets(error instanceof Error ? error.message : String(error))
    const detail = `try ${attempt} failed, the next one follows: ${name}: ${words}`
    await deps.sweeps.noteTrouble(depositId, detail).catch((cause: unknown) => {
      deps.log.warn({ deposit: depositId, error: cause }, 'could not note a failing step')
    })
  }
}
