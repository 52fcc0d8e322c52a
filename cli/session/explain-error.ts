import { PortTaken } from '../../adapters/http/health-server.ts'
import { ConfigError } from '../../config/schema/config-error.ts'
import {
  DatabaseRefused,
  QuorumDisagrees,
  QuorumShort,
  redactText,
  StartRefused,
  WrongChain,
} from '../../domain/errors.ts'
import { errorMessage } from '../../runtime/error-message.ts'
import { CliError } from './cli-error.ts'
import { exitCodes } from './outcome.ts'

/**
 * Converts a thrown value into an exit code and errors with hints. A class whose name ends in
 * `Unreachable` means that a dependency is down. ConfigError and StartRefused contain several
 * errors, which are all listed. Any other class without a case below is a failure whose hint names
 * the class. Secrets are redacted (MONEY 19).
 */
export function explainError(error: unknown): CliError {
  if (error instanceof CliError) return error
  if (error instanceof ConfigError) {
    return new CliError(
      exitCodes.usage,
      error.errors.map(({ path, line, problem, fix }) => ({
        code: 'config',
        message: `${line === undefined ? path : `${error.file}:${line} ${path}`}: ${problem}`,
        hint: fix,
      })),
    )
  }
  const name = error instanceof Error ? error.constructor.name : typeof error
  const message = redactText(errorMessage(error))
  if (error instanceof StartRefused) {
    return new CliError(
      exitCodes.usage,
      error.reasons.map((reason) => ({ code: 'start-refused', message: reason, hint: checkHint })),
    )
  }
  if (error instanceof WrongChain) {
    return new CliError(exitCodes.usage, [{ code: 'chain-id', message, hint: checkHint }])
  }
  if (error instanceof QuorumShort || error instanceof QuorumDisagrees) {
    const [exitCode, code] =
      error instanceof QuorumShort
        ? ([exitCodes.unavailable, 'rpc-quorum'] as const)
        : ([exitCodes.failed, 'rpc-disagreement'] as const)
    return new CliError(exitCode, [{ code, message, hint: quorumHint }])
  }
  if (error instanceof PortTaken) {
    return new CliError(exitCodes.failed, [{ code: 'port-taken', message, hint: portHint }])
  }
  const known = error instanceof DatabaseRefused ? databaseHints[error.code] : undefined
  if (known) return new CliError(exitCodes.usage, [{ ...known, message }])
  const down = downOf(name)
  if (down !== undefined) {
    const hint = `check that ${down} is running and reachable, then repeat the command`
    return new CliError(exitCodes.unavailable, [{ code: 'unavailable', message, hint }])
  }
  const hint =
    name === 'Error' ? 'see "coldsweep --help"' : `unexpected ${name}; repeat the same command`
  return new CliError(exitCodes.failed, [{ code: 'failed', message, hint }])
}

const portHint =
  'if that process is an older scanner or worker, stop it; for a second process on this machine set HTTP_PORT to another port (0: any free port)'

const checkHint = 'run "coldsweep config check" to see every error'

const quorumHint =
  'nothing was changed; find the wrong or unreachable endpoint (docs/runbook.md, "Nodes disagree, or are too few"), then repeat'

const notMigrated = {
  code: 'not-migrated',
  hint: 'run "coldsweep migrate" of this version first; if it ran already, check that DATABASE_URL names coldsweep’s database',
}
const notLetIn = {
  code: 'database',
  hint: 'fix DATABASE_URL: the database must exist and accept the user; "coldsweep config check" tests it',
}

/**
 * Hints by SQLSTATE: missing table, column or schema; then missing database, wrong login (two) and
 * missing permission.
 */
const databaseHints: Readonly<Record<string, { readonly code: string; readonly hint: string }>> = {
  '42P01': notMigrated,
  '42703': notMigrated,
  '3F000': notMigrated,
  '3D000': notLetIn,
  '28P01': notLetIn,
  '28000': notLetIn,
  '42501': notLetIn,
}

const services: Readonly<Record<string, string>> = {
  Database: 'PostgreSQL (DATABASE_URL)',
  CentralDatabase: 'the central database (CENTRAL_DATABASE_URL)',
  Chain: 'the chain’s node (rpc in the yaml)',
  Temporal: 'Temporal (TEMPORAL_ADDRESS)',
  Redis: 'Redis (REDIS_URL)',
  Bus: 'RabbitMQ (RABBITMQ_URL)',
  Broker: 'RabbitMQ (RABBITMQ_URL)',
}

function downOf(className: string): string | undefined {
  const what = /^(\w+)Unreachable$/.exec(className)?.[1]
  return what === undefined ? undefined : (services[what] ?? what)
}

/** Shown when the configured cold wallet differs from the database's (MONEY 18). */
export const coldWalletHint =
  '"coldsweep cold-wallet list" shows whether an operator changed it: if so, put the new address into the file; if not, find out who changed the file and restore the old address. To change it, use "coldsweep cold-wallet propose"'
