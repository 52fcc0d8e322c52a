import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { processesOfRun } from '../../devstack/run/processes-of-run.mjs'
import { waitUntil } from '../../devstack/run/wait-until.ts'
import { servicesOfThisRun, startVerb } from '../harness/processes/verb-process.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldsweep-test-'))
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  mkdirSync(join(folder, 'test'))
})

afterEach(() => rmSync(folder, { recursive: true, force: true }))

function testFile(name: string, body: string): void {
  writeFileSync(join(folder, 'test', name), `import { expect, test } from 'vitest'\n${body}\n`)
}

async function runThere(...args: string[]) {
  // Uses the services of this run, because other services would take time to start.
  const verb = startVerb(['test', '--root', folder, ...args], { env: servicesOfThisRun() })
  const code = await verb.ended
  return { code, lastLine: verb.stdout().trimEnd().split('\n').at(-1), stderr: verb.stderr() }
}

test('npm test ends with the counts of vitest, and prints the path of the logs', async () => {
  testFile(
    'mixed.test.ts',
    "test('a', () => {}); test('b', () => expect(1).toBe(2)); test.skip('c', () => {})",
  )
  testFile('broken.test.ts', "import './missing.ts'")
  const { code, lastLine, stderr } = await runThere()
  expect(lastLine).toBe('1 passed, 2 failed, 1 skipped')
  expect(code).toBe(1)
  const logs = /^logs: (\S+)\/logs$/m.exec(stderr)?.[1] ?? expect.fail(stderr)
  expect(stderr).toContain('nothing left running')
  rmSync(logs, { recursive: true })
})

test('npm test runs only the named files on the services, and a green run prints no path of logs', async () => {
  testFile(
    'one.test.ts',
    "test('a', () => expect(process.env['TEST_REDIS_URL']).toMatch(/^redis:/))",
  )
  testFile('two.test.ts', "test('b', () => expect(1).toBe(2))")
  const { code, lastLine, stderr } = await runThere('test/one')
  expect(lastLine).toBe('1 passed, 0 failed')
  expect(code).toBe(0)
  expect(stderr).not.toMatch(/^logs:/m)
})

test('npm test fails when no test ran', async () => {
  const { code, lastLine, stderr } = await runThere('test/nothing')
  expect(lastLine).toBe('0 passed, 0 failed')
  expect(code).toBe(1)
  rmSync(/^logs: (\S+)\/logs$/m.exec(stderr)?.[1] ?? expect.fail(stderr), { recursive: true })
})

test('SIGKILL of npm ends the tests that it started', async () => {
  testFile('endless.test.ts', "test('a', () => new Promise(() => {}), 600_000)")
  const verb = startVerb(['test', '--root', folder], { env: servicesOfThisRun(), byNpm: true })
  const processes = () =>
    processesOfRun({ id: verb.runId(), dataFolder: join(verb.runFolder(), 'data') })
  await waitUntil(
    async () => expect(processes().some(({ command }) => command.includes('vitest'))).toBe(true),
    { what: 'vitest to run', limitMs: 180_000 },
  )
  verb.child.kill('SIGKILL')
  await waitUntil(
    async () => {
      expect(processes()).toEqual([])
      expect(existsSync(verb.runFolder())).toBe(false)
    },
    { what: 'the run to be gone', limitMs: 180_000 },
  )
  await verb.ended
})
