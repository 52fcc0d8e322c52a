import { sleep } from '../../runtime/sleep.ts'
import type { CliError } from './cli-error.ts'
import { explainError } from './explain-error.ts'
import type { Outcome, Session } from './outcome.ts'
import { screenOf } from './refresh.ts'

/**
 * Repeats a view until the process is interrupted. A terminal is redrawn; other outputs get each
 * view after the other, and `--json` one envelope a line. An error of the first view ends the verb;
 * later errors are reported on stderr, because a service that restarts must not end the watch.
 */
export async function watchView(
  everySeconds: number,
  session: Session,
  view: () => Promise<Outcome>,
): Promise<Outcome> {
  const { live } = session
  show(await view())
  for (;;) {
    await sleep(everySeconds * 1000, live.interrupted)
    if (live.interrupted.aborted) return { data: null, text: () => '', shown: true }
    try {
      show(await view())
    } catch (error) {
      const told: CliError = explainError(error)
      session.note(`${told.message}; retrying in ${everySeconds} s`)
    }
  }

  function show(outcome: Outcome): void {
    if (!live.isTerminal) {
      live.show(outcome)
      return
    }
    const at = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
    const head = `every ${everySeconds} s, at ${at}; Ctrl-C ends`
    live.show({ ...outcome, text: (paint) => screenOf(outcome.text(paint), head, live.rows()) })
  }
}
