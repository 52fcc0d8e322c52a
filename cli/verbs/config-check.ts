import type { EndpointCapability } from '../checks/check-capabilities.ts'
import { type CheckResult, checkConfig } from '../checks/check-config.ts'
import { walletCodes } from '../checks/check-wallets.ts'
import { formatTable } from '../render/table.ts'
import { usageError } from '../session/cli-error.ts'
import { type ExitCode, exitCodes, type Outcome, type Session } from '../session/outcome.ts'
import type { Colour, Paint } from '../session/paint.ts'

interface ConfigCheckArguments {
  /** Path of the file to check, in place of `COLDSWEEP_CONFIG`. */
  readonly config?: string
  readonly offline?: boolean
  readonly wallets?: boolean
}

/**
 * Checks the configuration and its services, and reports all results at once. The exit code is 2 if
 * there is an error, 75 if dependencies are down and there is no error, and else 0.
 */
export async function configCheck(args: ConfigCheckArguments, session: Session): Promise<Outcome> {
  const { config, offline = false, wallets = false } = args
  if (offline && wallets) {
    throw usageError('--wallets reads userwallet, and --offline opens no connection', 'drop one')
  }
  if (!offline) session.note('checking the configuration and its services …')
  const { showProgress } = session
  const env = config === undefined ? session.env : { ...session.env, COLDSWEEP_CONFIG: config }
  const checked = await checkConfig(env, { offline, wallets, showProgress })
  const { results, capabilities } = checked
  const wrong = results.filter(({ severity }) => severity === 'error' || severity === 'down')
  return {
    data: {
      findings: results.filter(({ severity }) => !quiet.includes(severity)).map(toJson),
      passed: results
        .filter(({ severity }) => severity === 'ok')
        .map(({ where, what }) => ({ where, what })),
      skipped: results
        .filter(({ severity }) => severity === 'skipped')
        .map(({ where, what, fix }) => ({ where, what, fix })),
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
      ...(checked.wallets ? { wallets: checked.wallets } : {}),
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

/** Severities that are no error, warning or outage. */
const quiet: readonly CheckResult['severity'][] = ['ok', 'skipped']

/** Converts a result for JSON. Scripts expect the severity `fault` where people read `error`. */
function toJson({ severity, ...rest }: CheckResult) {
  return { ...rest, severity: severity === 'error' ? 'fault' : severity }
}

function exitCodeOf(results: readonly CheckResult[]): ExitCode {
  const errors = results.filter(({ severity }) => severity === 'error')
  if (errors.some(({ code }) => !walletCodes.includes(code))) return exitCodes.usage
  if (errors.length > 0) return exitCodes.failed
  if (results.some(({ severity }) => severity === 'down')) return exitCodes.unavailable
  return exitCodes.ok
}

const marks: Readonly<Record<CheckResult['severity'], readonly [Colour, string]>> = {
  error: ['red', 'error  '],
  down: ['red', 'down   '],
  warning: ['yellow', 'warning'],
  skipped: ['cyan', 'skipped'],
  ok: ['green', 'ok     '],
}

function describe(results: readonly CheckResult[], paint: Paint): string {
  const order: readonly CheckResult['severity'][] = ['ok', 'skipped', 'warning', 'down', 'error']
  const lines = order.flatMap((severity) =>
    results.filter((result) => result.severity === severity).map((it) => line(it, paint)),
  )
  const count = (severity: CheckResult['severity']) =>
    results.filter((result) => result.severity === severity).length
  const sum = `${plural(count('error'), 'error')}, ${count('down')} down, ${plural(count('warning'), 'warning')}`
  const left = count('skipped') > 0 ? `, ${count('skipped')} skipped` : ''
  return [...lines, '', `${sum}${left}`].join('\n')
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

/** Formats a table of the methods that each endpoint supports; empty without endpoints. */
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
