import { execFile } from 'node:child_process'
import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { cacheFolder, onceInCache } from '../cache-folder.ts'
import { findBinary } from '../find-binary.ts'
import type { Run } from '../run.ts'
import { downloadTemporal } from './temporal-download.ts'
import { lastLines } from './wait-for-service.ts'

// v1.9.1 cannot be built by `go install`, v1.5.1 can, and its server is 1.29.1.
const CLI_VERSION = 'v1.5.1'
const CLI_MODULE = `github.com/temporalio/cli/cmd/temporal@${CLI_VERSION}`
const OLDEST_SERVER = [1, 29] as const

export interface TemporalBinary {
  path: string
  /** Of the server in it: `Server 1.29.1`. */
  version: string
  from: string
}

/**
 * A Temporal CLI with its development server that is here already: TEMPORAL_CLI_PATH → our cache → PATH.
 * @throws when TEMPORAL_CLI_PATH is set and is not such a binary
 */
export async function installedTemporal(
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<TemporalBinary | undefined> {
  const set = env['TEMPORAL_CLI_PATH']
  if (set) return usable(set, 'as set in TEMPORAL_CLI_PATH')

  const inCache = await usable(cachedPath(env), 'cached').catch(() => undefined)
  if (inCache) return inCache

  const inPath = findBinary('temporal', [], env['PATH'])
  if (inPath === undefined) return undefined
  return usable(inPath, 'installed').catch((error: Error) => {
    say(error.message)
    return undefined
  })
}

/**
 * As `installedTemporal`, else built by Go into the cache, else downloaded into it. Undefined when none of these works;
 * why, it has said.
 */
export async function findTemporal(
  run: Run,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<TemporalBinary | undefined> {
  const installed = await installedTemporal(env, say)
  if (installed) return installed
  const cached = cachedPath(env)
  return onceInCache(cached, async () => {
    // Another run may have made it while we waited for the lock.
    const made = await usable(cached, 'cached').catch(() => undefined)
    if (made) return made
    for (const make of [
      () => build(run, env, say),
      () => downloadTemporal(CLI_VERSION, cacheFolder(env)),
    ]) {
      try {
        const fresh = await make()
        if (fresh === undefined) continue
        await usable(fresh.path, fresh.from)
        renameSync(fresh.path, cached)
        return await usable(cached, fresh.from)
      } catch (error) {
        say(`Temporal: ${(error as Error).message}`)
      }
    }
    return undefined
  })
}

function cachedPath(env: NodeJS.ProcessEnv): string {
  return join(cacheFolder(env), `temporal-${CLI_VERSION}`)
}

/** `go install` into the cache's tmp folder; undefined without Go. */
async function build(run: Run, env: NodeJS.ProcessEnv, say: (line: string) => void) {
  const go = findBinary('go', [], `${env['PATH']}:/usr/local/go/bin:/opt/homebrew/bin`)
  if (go === undefined) return undefined
  const folder = join(cacheFolder(env), 'tmp')
  mkdirSync(folder, { recursive: true })
  say(`building Temporal's CLI ${CLI_VERSION} with ${go}: about 3 minutes, once …`)
  const started = run.start({
    name: 'go-install-temporal',
    command: go,
    args: ['install', CLI_MODULE],
    env: { ...env, GOBIN: folder },
    cwd: folder,
  })
  const code = await started.ended
  if (code !== 0) throw new Error(`go install ended with ${code}\n${lastLines(started.logFile)}`)
  return { path: join(folder, 'temporal'), from: 'built' }
}

async function usable(path: string, from: string): Promise<TemporalBinary> {
  const version = await versionOf(path)
  const [, major = 0, minor = 0] = (/Server (\d+)\.(\d+)/.exec(version) ?? []).map(Number)
  if (major < OLDEST_SERVER[0] || (major === OLDEST_SERVER[0] && minor < OLDEST_SERVER[1])) {
    throw new Error(
      `${path} is no Temporal CLI with a server of ${OLDEST_SERVER.join('.')} or later: ${version}`,
    )
  }
  return { path, version: /Server [\d.]+/.exec(version)?.[0] ?? version, from }
}

async function versionOf(path: string): Promise<string> {
  const { stdout } = await promisify(execFile)(path, ['--version'], { timeout: 20_000 })
  return stdout.trim()
}
