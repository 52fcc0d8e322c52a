import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processEnvironment } from '../../../config/env/env.ts'
import { aChain, aFile } from '../factories/a-config.ts'

export interface CliEnvironment {
  readonly env: Record<string, string>
  /** Rewrites coldsweep.yaml. */
  configure(...chains: Record<string, unknown>[]): void
  remove(): void
}

/** Writes coldsweep.yaml to a new folder and returns the environment that names the file. */
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

/** The address of a service that `npm test` or devstack/stack.ts started. */
export function serviceOf(name: 'TEST_REDIS_URL' | 'TEST_RABBITMQ_URL'): string {
  const address = processEnvironment()[name]
  if (!address) throw new Error(`${name} is not set: run \`npm test\`, or see devstack/stack.ts`)
  return address
}
