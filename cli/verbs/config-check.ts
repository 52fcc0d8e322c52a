import type { EndpointCapability } from '../checks/check-capabilities.ts'
import { type CheckResult, checkConfig } from '../checks/check-config.ts'
import { formatTable } from '../render/table.ts'
import { type ExitCode, exitCodes, type Outcome, type Session } from '../session/outcome.ts'
import type { Colour, Paint } from '../session/paint.ts'

/**
 * Reports all results at once. The exit code is 2 with an error, 75 if only dependencies are down,
 * and 0 if there are only warnings.
 */
export async function configCheck(
  { offline = false }: { readonly offline?: boolean },
  session: Session,
): Promise<Outcome> {
  if (!offline) session.note('checking the configuration and its services …')
  const { results, capabilities } = await checkConfig(session.env, offline)
  const wrong = results.filter(({ severity }) => severity === 'error' || severity === 'down')
  return {
    data: {
      findings: results.filter(({ severity }) => severity !== 'ok').map(toJson),
      passed: results
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
      [formatCapabilities(capabilities, paint), describe(results, paint)]
        .filter((part) => part !== '')
        .join('\n\n'),
    errors: wrong.map(({ code, where, what, fix }) => ({
      code,
      message: `${where}: ${what}`,
      hint: fix,
    })),
    exitCode: exitCodeOf(results),
  }
}

/** Scripts read the severity `fault`; people read `error`. */
function toJson({ severity, ...rest }: CheckResult) {
  return { ...rest, severity: severity === 'error' ? 'fault' : severity }
}

function exitCodeOf(results: readonly CheckResult[]): ExitCode {
  if (results.some(({ severity }) => severity === 'error')) return exitCodes.usage
  if (results.some(({ severity }) => severity === 'down')) return exitCodes.unavailable
  return exitCodes.ok
}

const marks: Readonly<Record<CheckResult['severity'], readonly [Colour, string]>> = {
  error: ['red', 'error  '],
  down: ['red', 'down   '],
  warning: ['yellow', 'warning'],
  ok: ['green', 'ok     '],
}

function describe(results: readonly CheckResult[], paint: Paint): string {
  const order: readonly CheckResult['severity'][] = ['ok', 'warning', 'down', 'error']
  const lines = order.flatMap((severity) =>
    results.filter((result) => result.severity === severity).map((it) => line(it, paint)),
  )
  const count = (severity: CheckResult['severity']) =>
    results.filter((result) => result.severity === severity).length
  const sum = `${plural(count('error'), 'error')}, ${count('down')} down, ${plural(count('warning'), 'warning')}`
  return [...lines, '', sum].join('\n')
}

function line({ severity, where, what, fix }: CheckResult, paint: Paint): string {
  const [colour, mark] = marks[severity]
  const head = `${paint(colour, mark)}  ${where}: ${what}`
  return fix === '' ? head : `${head}\n         ${paint('grey', `fix: ${fix}`)}`
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

const colours: Readonly<Record<EndpointCapability['supported'], Colour>> = {
  yes: 'green',
  no: 'red',
  unknown: 'yellow',
}

/** The methods that each endpoint supports, as a table; empty without endpoints. */
function formatCapabilities(rows: readonly EndpointCapability[], paint: Paint): string {
  if (rows.length === 0) return ''
  return formatTable(
    ['endpoint', 'method', 'supported', 'used for', 'without it'],
    rows.map(({ endpoint, method, supported, usedFor, consequence }) => [
      endpoint,
      method,
      { text: supported, colour: colours[supported] },
      usedFor,
      consequence,
    ]),
    paint,
  )
}
