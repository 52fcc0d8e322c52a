import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { aChain, aFile } from '../config/a-config.ts'

export interface CliEnvironment {
  readonly env: Record<string, string>
  /** Writes coldsweep.yaml anew. */
  configure(...chains: Record<string, unknown>[]): void
  remove(): void
}

/** A coldsweep.yaml in a folder of its own, and the environment that names it. */
export function cliEnvironment(
  env: Readonly<Record<string, string>>,
  ...chains: Record<string, unknown>[]
): CliEnvironment {
  const folder = mkdtempSync(join(tmpdir(), 'coldsweep-cli-'))
  const path = join(folder, 'coldsweep.yaml')
  const configure = (...given: Record<string, unknown>[]) => writeFileSync(path, aFile(...given))
  configure(...(chains.length > 0 ? chains : [aChain()]))
  return {
    env: { COLDSWEEP_CONFIG: path, ...env },
    configure,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
