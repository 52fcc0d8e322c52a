import { runCli } from '../harness/processes/run-cli.ts'
import type { Scene } from './scene.ts'

interface Finding {
  readonly severity: string
  readonly code: string
  readonly where: string
  readonly what: string
}

/** Runs `coldsweep config check` on the odd node. @throws where no finding matches */
export async function expectFinding({ world }: Scene, wanted: RegExp): Promise<void> {
  const answer = await runCli(['config', 'check', '--json'], world.d.env)
  const { findings } = answer.envelope().data as { findings: Finding[] }
  const lines = findings.map(
    ({ severity, code, where, what }) => `${severity} ${code} ${where}: ${what}`,
  )
  if (!lines.some((line) => wanted.test(line))) {
    throw new Error(`config check finds nothing like ${wanted}:\n${lines.join('\n')}`)
  }
}
