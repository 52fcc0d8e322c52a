import { execFile } from 'node:child_process'
import { mkdirSync, renameSync } from 'node:fs'
import { homedir, setPriority } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { withFileLock } from '../run/file-lock.mjs'
import type { Run } from '../run/run.ts'
import { lastLines } from '../run/wait-for-service.ts'
import { findBinary } from './find-binary.ts'

/** A program that Go builds if it is not installed. */
export interface GoTool {
  readonly title: string
  /** The binary's name in PATH, and in the output folder of `go install`. */
  readonly command: string
  readonly module: string
  /** Version with its `v`, such as `v1.5.1`. The cache keeps one binary per version. */
  readonly version: string
  /** Environment variable with the path of a binary to use. */
  readonly variable: string
  /**
   * Checks that a binary is the tool.
   * @returns the version for people
   * @throws when the binary is too old or another program
   */
  readonly check: (path: string) => Promise<string>
  /** Downloads the tool into the given cache folder, for machines without Go. */
  readonly download?: (cache: string) => Promise<FreshBinary>
}

export interface FoundBinary {
  readonly path: string
  readonly version: string
  readonly from: string
}

interface FreshBinary {
  readonly path: string
  readonly from: string
}

const goFolders = ['/usr/local/go/bin', '/opt/homebrew/bin']

/**
 * Finds an existing binary in this order: the tool's variable → our cache → PATH. Undefined if
 * there is none.
 * @throws when the variable is set and does not name a suitable binary
 */
export async function installedTool(
  tool: GoTool,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<FoundBinary | undefined> {
  const { variable, command, check } = tool
  const set = env[variable]
  if (set) return await usable(tool, set, `as set in ${variable}`)

  const inCache = await usable(tool, cachedPath(tool, env), 'cached').catch(() => undefined)
  if (inCache) return inCache

  const inPath = findBinary(command, [], env['PATH'])
  if (inPath === undefined) return undefined
  try {
    return { path: inPath, version: await check(inPath), from: 'installed' }
  } catch (error) {
    say((error as Error).message)
    return undefined
  }
}

/**
 * Finds a binary like `installedTool`. If there is none, Go builds the tool into the cache. If the
 * build fails or Go is missing, the tool is downloaded into the cache. Undefined when every way
 * fails; `say` gets the reasons.
 */
export async function findTool(
  tool: GoTool,
  run: Run,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<FoundBinary | undefined> {
  const installed = await installedTool(tool, env, say)
  if (installed) return installed
  const cached = cachedPath(tool, env)
  return await onceInCache(cached, async () => {
    // Another run may have built the binary while this run waited for the lock.
    const made = await usable(tool, cached, 'cached').catch(() => undefined)
    if (made) return made
    for (const make of [
      () => build(tool, run, env, say),
      async () => await tool.download?.(cacheFolder(env)),
    ]) {
      try {
        const fresh = await make()
        if (fresh === undefined) continue
        await usable(tool, fresh.path, fresh.from)
        renameSync(fresh.path, cached)
        return await usable(tool, cached, fresh.from)
      } catch (error) {
        say(`${tool.title}: ${(error as Error).message}`)
      }
    }
    return undefined
  })
}

/** Returns the path of `go`; undefined where Go is not installed. */
export function findGo(env: NodeJS.ProcessEnv): string | undefined {
  return findBinary('go', [], [env['PATH'], ...goFolders].join(':'))
}

/** Calls a binary with these arguments and returns its version text. */
export async function askVersion(path: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(path, args, { timeout: 20_000 })
  return stdout.trim()
}

function cachedPath({ command, version }: GoTool, env: NodeJS.ProcessEnv): string {
  return join(cacheFolder(env), `${command}-${version}`)
}

async function usable(tool: GoTool, path: string, from: string): Promise<FoundBinary> {
  return { path, version: await tool.check(path), from }
}

/** Builds the tool with `go install` into the cache's tmp folder. Undefined without Go. */
async function build(
  { title, command, module, version }: GoTool,
  run: Run,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<FreshBinary | undefined> {
  const go = findGo(env)
  if (go === undefined) return undefined
  const folder = join(cacheFolder(env), 'tmp')
  mkdirSync(folder, { recursive: true })
  say(`building ${title} ${version} with ${go}: about 3 minutes, once …`)
  const started = run.start({
    name: `go-install-${command}`,
    command: go,
    args: ['install', `${module}@${version}`],
    env: { ...env, GOBIN: folder },
    cwd: folder,
  })
  yieldTo(started.pid)
  const code = await started.ended
  if (code !== 0) throw new Error(`go install ended with ${code}\n${lastLines(started.logFile)}`)
  return { path: join(folder, command), from: 'built' }
}

/** Lowers the priority of a build, so that tests get the processor first. */
function yieldTo(pid: number): void {
  try {
    setPriority(pid, 10)
  } catch {
    // The process has ended already, or its priority may not be changed.
  }
}

/**
 * Returns the folder that keeps built tools between runs: `$XDG_CACHE_HOME/coldsweep`, else
 * `~/.cache/coldsweep`. The folder is safe to delete.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'coldsweep')
}

/** Runs `make` while no other run on this machine makes the same file of the cache. */
export async function onceInCache<T>(cached: string, make: () => Promise<T>): Promise<T> {
  mkdirSync(join(cached, '..'), { recursive: true })
  return withFileLock(`${cached}.lock`, make)
}
