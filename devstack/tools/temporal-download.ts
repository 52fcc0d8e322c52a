import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'

const LIMIT_MS = 20_000

/**
 * Fetches the CLI from the place the SDK's own test server comes from, into the cache's tmp folder.
 * The last way, with a short limit: where the network is closed it must not hold up the answer what
 * to install.
 */
export async function downloadTemporal(
  version: string,
  cache: string,
): Promise<{ path: string; from: string }> {
  const architecture = process.arch === 'x64' ? 'amd64' : process.arch
  const url = `https://temporal.download/cli/archive/${version}?platform=${process.platform}&arch=${architecture}`
  const folder = join(cache, 'tmp')
  mkdirSync(folder, { recursive: true })
  const archive = join(folder, 'temporal.tar.gz')
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) })
    if (!response.ok) throw new Error(`it answered ${response.status}`)
    writeFileSync(archive, Buffer.from(await response.arrayBuffer()))
    await promisify(execFile)('tar', ['-xzf', archive, '-C', folder, 'temporal'])
  } catch (error) {
    throw new Error(`could not download ${url}: ${(error as Error).message}`)
  }
  return { path: join(folder, 'temporal'), from: 'downloaded' }
}
