import { loadConfig } from '../../config/load-config.ts'
import { formatTable } from '../render/table.ts'
import type { CliError } from '../session/cli-error.ts'
import { explainError } from '../session/explain-error.ts'
import { type ExitCode, exitCodes, type Outcome, type Session } from '../session/outcome.ts'
import { type MigrateOptions, migrateSteps } from './migrate-steps.ts'

interface StepReport {
  readonly step: string
  readonly ok: boolean
  /** Empty if everything existed already. */
  readonly changes: readonly string[]
}

/**
 * Sets up database, queues and Temporal. Safe to repeat. After a failed step the other steps still
 * run, so that one run reports everything that is down. Only the step `chains` is skipped if the
 * step `database` failed, because it needs the tables.
 */
export async function migrate(args: MigrateOptions, session: Session): Promise<Outcome> {
  const config = loadConfig({ need: ['database', 'rabbitmq', 'temporal'], env: session.env })
  const reports: StepReport[] = []
  const errors: CliError[] = []
  for (const step of migrateSteps) {
    if (step.name === 'chains' && errors.length > 0) continue
    session.note(`${step.name} …`)
    try {
      reports.push({ step: step.name, ok: true, changes: await step.run(config, args) })
    } catch (error) {
      const explained = explainError(error)
      for (const { message, hint } of explained.errors) {
        session.note(`${step.name}: ${message}\n  hint: ${hint}`)
      }
      errors.push(explained)
      reports.push({ step: step.name, ok: false, changes: [] })
    }
  }
  return {
    data: { steps: reports },
    text: (paint) =>
      formatTable(
        ['step', '', 'changes'],
        reports.map(({ step, ok, changes }) => [
          step,
          ok ? { text: 'ok', colour: 'green' } : { text: 'failed', colour: 'red' },
          ok ? changes.join('; ') || 'up to date' : '',
        ]),
        paint,
      ),
    errors: errors.flatMap(({ errors }) => errors),
    exitCode: worst(errors),
  }
}

/**
 * Returns the exit code of the worst error. An error that a person must fix outweighs a dependency
 * that may come back.
 */
function worst(errors: readonly CliError[]): ExitCode {
  const codes = errors.map(({ exitCode }) => exitCode)
  const order = [exitCodes.usage, exitCodes.refused, exitCodes.failed, exitCodes.unavailable]
  return order.find((code) => codes.includes(code)) ?? exitCodes.ok
}
