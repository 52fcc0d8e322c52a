import { randomInt } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { tempFolder } from './temp-folder.ts'

// Both limits are below the ports that Linux (from 32768) and macOS (from 49152) use for outgoing
// connections.
const LOWEST = 20_000
const HIGHEST = 32_000

/** A TCP port that only this run uses. */
export interface ReservedPort {
  port: number
  /**
   * File that reserves the port against other runs of this user. The run's reaper removes the file.
   * A reservation whose owner is dead does not count.
   */
  reservation: string
}

/**
 * Reserves a TCP port on 127.0.0.1 on which no process listens and that no other run has reserved.
 * Without the reservation file, a second stack could choose the same port before the first stack's
 * service listens.
 */
export async function reserveFreePort(): Promise<ReservedPort> {
  const folder = join(tempFolder(), `coldsweep-ports-${userInfo().uid}`)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  for (let tries = 0; tries < 1_000; tries += 1) {
    const port = randomInt(LOWEST, HIGHEST)
    const reservation = join(folder, String(port))
    if (!reserve(reservation)) continue
    if (await isFree(port)) return { port, reservation }
    rmSync(reservation, { force: true })
  }
  throw new Error(
    `no free TCP port between ${LOWEST} and ${HIGHEST}; reservations are in ${folder}`,
  )
}

function reserve(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    if (isOwned(path)) return false
    rmSync(path, { force: true })
    return false
  }
}

function isOwned(path: string): boolean {
  try {
    const owner = Number(readFileSync(path, 'utf8'))
    if (owner === 0) return true // another run has created the file and is still writing its pid
    process.kill(owner, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
