import { run } from '../../../cli/main.ts'
import type { Envelope } from '../../../cli/session/outcome.ts'

export interface CliAnswer {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** stdout as the one envelope that `--json` promises. */
  envelope(): Envelope
}

/** One command line in this process, with an environment of its own. */
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
