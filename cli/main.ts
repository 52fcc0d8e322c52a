import { CommanderError } from 'commander'
import { processEnvironment } from '../config/env/env.ts'
import type { Environment } from '../config/env/secret-file.ts'
import { buildProgram } from './program.ts'
import type { CliError } from './session/cli-error.ts'
import { explainError } from './session/explain-error.ts'
import { createLiveOutput } from './session/live-output.ts'
import { type ExitCode, exitCodes, formatEnvelope, type Outcome } from './session/outcome.ts'
import { createPaint, type Paint, wantsColour } from './session/paint.ts'
import { resolveChain } from './session/resolve-chain.ts'
import { selfCommand } from './session/self.ts'
import { explainUsage } from './usage.ts'

/** The environment and outputs of a command. */
export interface Io {
  readonly env: Environment
  readonly colour: boolean
  /** Whether stderr shows colours. It may be a file while stdout is a terminal. @default colour */
  readonly colourErrors?: boolean
  /** How this program was started. @default coldsweep */
  readonly self?: string
  /** Height of stdout's terminal. @default stdout is no terminal */
  readonly rows?: () => number
  stdout(text: string): void
  stderr(text: string): void
  /** Whether stderr is a terminal, which shows progress. */
  readonly showsProgress?: boolean
  /** Like `stdout`, and resolves when the reader has room for more. @default `stdout` */
  write?(text: string): Promise<void>
}

/**
 * Runs one command line and returns its exit code. Never throws. With `--json`, exactly one
 * envelope goes to stdout, except for a view that refreshes itself: one a line.
 */
export async function run(
  argv: readonly string[],
  io: Io = processIo(),
  parentPid = process.ppid,
): Promise<ExitCode> {
  const json = argv.includes('--json')
  const paint = createPaint(io.colour && !json)
  const session = {
    env: io.env,
    parentPid,
    self: io.self ?? 'coldsweep',
    json,
    write: io.write ?? (async (text: string) => io.stdout(text)),
    note: (line: string) => io.stderr(`${line}\n`),
    ...(io.showsProgress ? { showProgress: (line: string) => io.stderr(`\r\x1b[2K${line}`) } : {}),
    live: createLiveOutput(
      (outcome) => void print(outcome, json, paint, io),
      json ? undefined : io.rows,
    ),
  }
  const box: { outcome?: Outcome } = {}
  const said: string[] = []
  const program = buildProgram(
    async (load, args) => {
      const verb = await load()
      box.outcome = await verb(resolveChain(args, io.env), session)
    },
    { writeOut: (text) => said.push(text), writeErr: () => {} },
  )
  try {
    await program.parseAsync(argv, { from: 'user' })
    return print(box.outcome ?? saying(said), json, paint, io)
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) {
      return print(saying(said), json, paint, io)
    }
    return complain(
      error instanceof CommanderError ? explainUsage(error, program, argv) : explainError(error),
      json,
      createPaint((io.colourErrors ?? io.colour) && !json),
      io,
    )
  }
}

function print(outcome: Outcome, json: boolean, paint: Paint, io: Io): ExitCode {
  const { data, errors = [], exitCode = exitCodes.ok } = outcome
  if (outcome.shown) return exitCode
  if (json) io.stdout(`${formatEnvelope(exitCode === exitCodes.ok, data, errors)}\n`)
  else {
    const text = outcome.text(paint)
    if (text !== '') io.stdout(text.endsWith('\n') ? text : `${text}\n`)
  }
  return exitCode
}

function complain(error: CliError, json: boolean, paint: Paint, io: Io): ExitCode {
  if (json) io.stdout(`${formatEnvelope(false, error.data, error.errors)}\n`)
  else {
    for (const { message, hint } of error.errors) {
      io.stderr(`${paint('red', 'error:')} ${message}\n  ${paint('grey', `hint: ${hint}`)}\n`)
    }
  }
  return error.exitCode
}

/** Returns the outcome of a command that only prints help or the version. */
function saying(said: readonly string[]): Outcome {
  const text = said.join('')
  return { data: { text }, text: () => text }
}

function processIo(): Io {
  const env = processEnvironment()
  // A reader that closes the pipe early (`| head`) is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.ok)
    throw error
  })
  return {
    env,
    colour: wantsColour(process.stdout.isTTY === true, env),
    colourErrors: wantsColour(process.stderr.isTTY === true, env),
    showsProgress: process.stderr.isTTY === true && env['TERM'] !== 'dumb',
    self: selfCommand(process.argv[1], process.cwd()),
    ...(process.stdout.isTTY ? { rows: () => process.stdout.rows } : {}),
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
    write: (text) =>
      new Promise((written) => {
        process.stdout.write(text, () => written())
      }),
  }
}
