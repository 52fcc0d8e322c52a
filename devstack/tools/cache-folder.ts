import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { withFileLock } from '../run/file-lock.mjs'

/**
 * Where built tools are kept between runs: `$XDG_CACHE_HOME/coldsweep`, else `~/.cache/coldsweep`.
 * Safe to delete.
 */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'coldsweep')
}

/** Runs `make` while no other run on this machine makes the same thing. */
export async function onceInCache<T>(cached: string, make: () => Promise<T>): Promise<T> {
  mkdirSync(join(cached, '..'), { recursive: true })
  return withFileLock(`${cached}.lock`, make)
}
