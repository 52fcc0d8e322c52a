import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Run } from '../run/run.ts'
import { askVersion, type FoundBinary, findTool, type GoTool, installedTool } from './go-tool.ts'

// `go install` can build v1.5.1, whose server is 1.29.1. It cannot build v1.9.1.
const CLI_VERSION = 'v1.5.1'
const OLDEST_SERVER = [1, 29] as const

/** Temporal's CLI with its development server. */
const temporalCli: GoTool = {
  title: "Temporal's CLI",
  command: 'temporal',
  module: 'github.com/temporalio/cli/cmd/temporal',
  version: CLI_VERSION,
  variable: 'TEMPORAL_CLI_PATH',
  check: serverVersionOf,
  download: (cache) => downloadTemporal(CLI_VERSION, cache),
}

/**
 * Finds an existing Temporal CLI in this order: TEMPORAL_CLI_PATH → our cache → PATH. Undefined if
 * there is none.
 * @throws when TEMPORAL_CLI_PATH is set and does not name a suitable Temporal CLI
 */
export async function installedTemporal(
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<FoundBinary | undefined> {
  return await installedTool(temporalCli, env, say)
}

/**
 * Finds the CLI like `installedTemporal`. If none is installed, Go builds it, or it is downloaded.
 */
export async function findTemporal(
  run: Run,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<FoundBinary | undefined> {
  return await findTool(temporalCli, run, env, say)
}

/** Returns the version of the server in the CLI: `Server 1.29.1`. */
async function serverVersionOf(path: string): Promise<string> {
  const version = await askVersion(path, '--version')
  const [, major = 0, minor = 0] = (/Server (\d+)\.(\d+)/.exec(version) ?? []).map(Number)
  if (major < OLDEST_SERVER[0] || (major === OLDEST_SERVER[0] && minor < OLDEST_SERVER[1])) {
    throw new Error(
      `${path} is no Temporal CLI with a server of ${OLDEST_SERVER.join('.')} or later: ${version}`,
    )
  }
  return /Server [\d.]+/.exec(version)?.[0] ?? version
}

const LIMIT_MS = 20_000

/**
 * Downloads the CLI into the cache's tmp folder, from the site that also serves the test server of
 * Temporal's SDK. The download is the last way to get the CLI. Its time limit is short, so that a
 * machine without internet access soon shows the installation hints.
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
