import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { withFileLock } from '../../../devstack/run/file-lock.mjs'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldsweep-test-'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

/**
 * Starts a process that adds 1 to the number in a file, `times` times. While it holds the lock, the
 * process reads the file and writes it 1 ms later.
 */
function adder(lock: string, counter: string, times: number): Promise<number | null> {
  const script = `
    import { withFileLock } from ${JSON.stringify(pathToFileURL(resolve('devstack/run/file-lock.mjs')).href)}
    import { readFileSync, writeFileSync } from 'node:fs'
    for (let i = 0; i < ${times}; i += 1) await withFileLock(${JSON.stringify(lock)}, async () => {
      const count = Number(readFileSync(${JSON.stringify(counter)}, 'utf8'))
      await new Promise((resolve) => setTimeout(resolve, 1))
      writeFileSync(${JSON.stringify(counter)}, String(count + 1))
    })`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'inherit' })
  return new Promise((done) => child.once('exit', done))
}

test('only one process at a time holds the lock, even if a dead process left the lock file', async () => {
  const [lock, counter] = [join(folder, 'lock'), join(folder, 'counter')]
  writeFileSync(counter, '0')
  writeFileSync(lock, String(await deadPid()))
  const codes = await Promise.all([1, 2, 3, 4].map(() => adder(lock, counter, 5)))
  expect(codes).toEqual([0, 0, 0, 0])
  expect(readFileSync(counter, 'utf8')).toBe('20')
  expect(existsSync(lock)).toBe(false)
})

test('withFileLock frees the lock when the work fails', async () => {
  const lock = join(folder, 'lock')
  await expect(withFileLock(lock, () => Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  )
  expect(await withFileLock(lock, async () => 'next')).toBe('next')
})

function deadPid(): Promise<number> {
  const child = spawn('true')
  return new Promise((done) => child.once('exit', () => done(child.pid ?? 0)))
}
