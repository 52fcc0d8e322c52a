import { run } from '../../../cli/main.ts'
import type { Envelope } from '../../../cli/session/outcome.ts'

export interface CliAnswer {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** Parses stdout, which must be the single envelope of `--json`. */
  envelope(): Envelope
}

/** Runs a command line in this process with the given environment. */
export async function runCli(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Promise<CliAnswer> {
  const said = { stdout: '', stderr: '' }
  const code = await run(argv, {
    env,
    colour: false,
    stdout: (text) => {
      said.stdout += text
    },
    stderr: (text) => {
      said.stderr += text
    },
  })
  return { code, ...said, envelope: () => readEnvelope(said.stdout) }
}

function readEnvelope(stdout: string): Envelope {
  const lines = stdout.split('\n').filter((line) => line !== '')
  if (lines.length !== 1) throw new Error(`wanted one envelope, got ${lines.length} lines`)
  return JSON.parse(lines[0] ?? '')
}
