import { spawnSync } from 'node:child_process'
import type { Owner } from '../run/start-process.ts'

/**
 * For programs that refuse to run as root (PostgreSQL): the first of these users that exists here.
 * Undefined when we are not root and may stay who we are. It must be a user with an entry, initdb
 * looks its name up.
 */
export function ordinaryUser(names: string[]): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of names) {
    const uid = idOf('-u', name)
    const gid = idOf('-g', name)
    if (uid !== undefined && gid !== undefined) return { uid, gid }
  }
  throw new Error(
    `we are root, and none of the users ${names.join(', ')} exists to run PostgreSQL as`,
  )
}

function idOf(kind: '-u' | '-g', name: string): number | undefined {
  const { status, stdout } = spawnSync('id', [kind, name], { encoding: 'utf8' })
  return status === 0 ? Number(stdout) : undefined
}
