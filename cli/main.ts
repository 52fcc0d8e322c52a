import { CommanderError } from 'commander'
import { processEnvironment } from '../config/env/env.ts'
import type { Environment } from '../config/env/secret-file.ts'
import { buildProgram } from './program.ts'
import type { CliError } from './session/cli-error.ts'
import { explainError } from './session/explain-error.ts'
import { type ExitCode, exitCodes, formatEnvelope, type Outcome } from './session/outcome.ts'
import { createPaint, type Paint, wantsColour } from './session/paint.ts'
import { explainUsage } from './usage.ts'

/** The environment and outputs of a command. */
export interface Io {
  readonly env: Environment
  readonly colour: boolean
  stdout(text: string): void
  stderr(text: string): void
}

/**
 * Runs one command line and returns its exit code. Never throws. With `--json`, exactly one
 * envelope goes to stdout.
 */
export async function run(argv: readonly string[], io: Io = processIo()): Promise<ExitCode> {
  const json = argv.includes('--json')
  const session = { env: io.env, note: (line: string) => io.stderr(`${line}\n`) }
  const box: { outcome?: Outcome } = {}
  const said: string[] = []
  const program = buildProgram(
    async (load, args) => {
      const verb = await load()
      box.outcome = await verb(args, session)
    },
    { writeOut: (text) => said.push(text), writeErr: () => {} },
  )
  const paint = createPaint(io.colour && !json)
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
      paint,
      io,
    )
  }
}

function print(outcome: Outcome, json: boolean, paint: Paint, io: Io): ExitCode {
  const { data, errors = [], exitCode = exitCodes.ok } = outcome
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

/** Help and version texts. */
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
    stdout: (text) => void process.stdout.write(text),
    stderr: (text) => void process.stderr.write(text),
  }
}
