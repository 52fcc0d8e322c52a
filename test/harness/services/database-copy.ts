import { randomBytes } from 'node:crypto'
import postgres from 'postgres'

export interface DatabaseCopy {
  /** Restores the database to its state at the copy. */
  putBack(): Promise<void>
  drop(): Promise<void>
}

/**
 * Copies a whole database, like a dump. Stop the database's clients first, because the copy closes
 * their connections.
 */
export async function copyDatabase(url: string): Promise<DatabaseCopy> {
  const original = new URL(url).pathname.slice(1)
  // The copy's name begins with the original's name, so that a later test can drop a stale copy.
  const copy = `${original}_${randomBytes(2).toString('hex')}`
  const admin = postgres(Object.assign(new URL(url), { pathname: '/postgres' }).href, {
    max: 1,
    onnotice: () => {},
  })
  const clone = async (to: string, from: string) => {
    await admin`
      select pg_terminate_backend(pid) from pg_stat_activity
      where datname = ${from} and pid <> pg_backend_pid()`
    await admin.unsafe(`create database ${to} template ${from}`)
  }
  await clone(copy, original)
  return {
    async putBack() {
      await admin.unsafe(`drop database ${original} with (force)`)
      await clone(original, copy)
    },
    async drop() {
      await admin.unsafe(`drop database if exists ${copy} with (force)`)
      await admin.end({ timeout: 1 })
    },
  }
}
