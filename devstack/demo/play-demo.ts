import type { Interrupted } from '../run/verb.ts'
import type { Stack } from '../services/stack-of-services.ts'
import { play } from './play.ts'
import { cleanUpShared } from './stage/clean-up.ts'
import { prepareStage, type Stage } from './stage/prepare.ts'

/** A running demo. */
export interface Demo {
  /**
   * Resolves true on PASS and false on FAIL, after everything is printed. Rejects when the demo
   * could not be set up.
   */
  verdict: Promise<boolean>
  /** Removes everything that the demo created on shared services. */
  cleanUp(): Promise<void>
  /** For Ctrl-C: cleans up and returns the exit code. */
  interrupt(): Promise<Interrupted>
}

/**
 * Starts the demo on running services and returns at once: it prepares the chain, the databases and
 * the configuration, then plays the story and judges the outcome.
 */
export function playDemo(stack: Stack): Demo {
  const startedAt = Date.now()
  const stop = new AbortController()
  let stage: Stage | undefined
  let pass: boolean | undefined

  const verdict = (async () => {
    stage = await prepareStage(stack, console.error)
    const passed = await play(stack, stage, startedAt, stop.signal)
    // An interrupted run has no verdict; the interrupt handler ends the process.
    if (stop.signal.aborted) return new Promise<never>(() => {})
    pass = passed
    return passed
  })()

  async function cleanUp(): Promise<void> {
    if (!stage || stack.services.every(({ isPrivate }) => isPrivate)) return
    // The processes are killed first, because a running process would declare its queues again.
    await Promise.all([stage.product.kill('scanner'), stage.product.kill('worker')])
    const faults = await cleanUpShared(stack, stage.env, stage.databases.drop)
    for (const fault of faults) console.error(fault)
  }

  return {
    verdict,
    cleanUp,
    async interrupt() {
      stop.abort()
      await cleanUp()
      if (pass === undefined) return {}
      if (!pass) console.error(`logs: ${stack.run.logFolder}`)
      return { code: pass ? 0 : 1, keepLogs: !pass }
    },
  }
}
