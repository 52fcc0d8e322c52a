import { randomBytes } from 'node:crypto'
import postgres from 'postgres'

export interface DatabaseCopy {
  /** The database is again what it was when it was copied. */
  putBack(): Promise<void>
  drop(): Promise<void>
}

/**
 * A copy of a whole database, as a dump would be. Stop what works on it first: connections are
 * broken.
 */
export async function copyDatabase(url: string): Promise<DatabaseCopy> {
  const original = new URL(url).pathname.slice(1)
  // The prefix lets stale ones be found, should a test crash.
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
