import { checkConfig, type Finding } from '../checks/check-config.ts'
import { formatCapabilities } from '../render/capability-table.ts'
import { type ExitCode, exitCodes } from '../session/exit-code.ts'
import type { Outcome, Session } from '../session/outcome.ts'
import type { Colour, Paint } from '../session/paint.ts'

/**
 * Reports all results at once. Exit code 2 with an error, 75 if only dependencies are down, 0 with
 * warnings alone.
 */
export async function configCheck(
  { offline = false }: { readonly offline?: boolean },
  session: Session,
): Promise<Outcome> {
  if (!offline) session.note('checking the configuration and its services …')
  const { findings, capabilities } = await checkConfig(session.env, offline)
  const wrong = findings.filter(({ severity }) => severity === 'fault' || severity === 'down')
  return {
    data: {
      findings: findings.filter(({ severity }) => severity !== 'ok'),
      passed: findings
        .filter(({ severity }) => severity === 'ok')
        .map(({ where, what }) => ({ where, what })),
      capabilities: capabilities.map(
        ({ endpoint, method, supported, usedFor, consequence, why }) => ({
          endpoint,
          method,
          supported,
          usedFor,
          consequence,
          why,
        }),
      ),
    },
    text: (paint) =>
      [formatCapabilities(capabilities, paint), describe(findings, paint)]
        .filter((part) => part !== '')
        .join('\n\n'),
    faults: wrong.map(({ code, where, what, fix }) => ({
      code,
      message: `${where}: ${what}`,
      hint: fix,
    })),
    exitCode: exitCodeOf(findings),
  }
}

function exitCodeOf(findings: readonly Finding[]): ExitCode {
  if (findings.some(({ severity }) => severity === 'fault')) return exitCodes.usage
  if (findings.some(({ severity }) => severity === 'down')) return exitCodes.unavailable
  return exitCodes.ok
}

const marks: Readonly<Record<Finding['severity'], readonly [Colour, string]>> = {
  fault: ['red', 'error  '],
  down: ['red', 'down   '],
  warning: ['yellow', 'warning'],
  ok: ['green', 'ok     '],
}

function describe(findings: readonly Finding[], paint: Paint): string {
  const order: readonly Finding['severity'][] = ['ok', 'warning', 'down', 'fault']
  const lines = order.flatMap((severity) =>
    findings.filter((finding) => finding.severity === severity).map((it) => line(it, paint)),
  )
  const count = (severity: Finding['severity']) =>
    findings.filter((finding) => finding.severity === severity).length
  const sum = `${plural(count('fault'), 'error')}, ${count('down')} down, ${plural(count('warning'), 'warning')}`
  return [...lines, '', sum].join('\n')
}

function line({ severity, where, what, fix }: Finding, paint: Paint): string {
  const [colour, mark] = marks[severity]
  const head = `${paint(colour, mark)}  ${where}: ${what}`
  return fix === '' ? head : `${head}\n         ${paint('grey', `fix: ${fix}`)}`
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}
