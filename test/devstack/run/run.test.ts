import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { processesOfRun } from '../../../devstack/run/processes-of-run.mjs'
import { openRun, type Run } from '../../../devstack/run/run.ts'
import { waitUntil } from '../../../devstack/run/wait-until.ts'

const runs: Run[] = []

afterEach(async () => {
  for (const run of runs.splice(0)) await run.close()
})

function ownRun(): Run {
  const run = openRun()
  runs.push(run)
  return run
}

test('close also stops a grandchild that left its process group', async () => {
  const run = ownRun()
  const pidFile = join(run.dataFolder, 'pid')
  const leaveGroup = `
    const { spawn } = require('node:child_process')
    const child = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' })
    require('node:fs').writeFileSync(${JSON.stringify(pidFile)}, String(child.pid))
    child.unref()`
  await run.start({ name: 'escape', command: process.execPath, args: ['-e', leaveGroup] }).ended
  const pid = Number(readFileSync(pidFile, 'utf8'))
  expect(processesOfRun(run).map((one) => one.pid)).toContain(pid)
  expect(await run.close()).toEqual([])
  expect(processesOfRun(run)).toEqual([])
})

test('close stops the newest process first, and kills a process that ignores SIGTERM', async () => {
  const run = ownRun()
  const order = join(run.logFolder, 'order')
  const start = (name: string, onTerm: string) =>
    run.start({
      name,
      command: 'sh',
      args: [
        '-c',
        `trap '${onTerm}' TERM; : > ${run.logFolder}/${name}.up; while :; do sleep 0.05; done`,
      ],
    })
  start('older', `echo older >> ${order}; exit`)
  start('newer', `echo newer >> ${order}; exit`)
  const stubborn = start('stubborn', ':')
  await waitUntil(
    async () => {
      for (const name of ['older', 'newer', 'stubborn'])
        readFileSync(join(run.logFolder, `${name}.up`))
    },
    { what: 'the traps to be set', limitMs: 180_000 },
  )
  expect(await run.close({ keepLogs: true })).toEqual([])
  expect(readFileSync(order, 'utf8')).toBe('newer\nolder\n')
  expect(await stubborn.ended).toBe(137)
  rmSync(run.folder, { recursive: true })
})

test('close keeps the logs only with keepLogs, and always removes the data', async () => {
  const run = ownRun()
  const started = run.start({ name: 'hello', command: 'echo', args: ['hello'] })
  expect(await started.ended).toBe(0)
  writeFileSync(join(run.makeFolder('hello'), 'data'), '')
  await run.close({ keepLogs: true })
  expect(readFileSync(started.logFile, 'utf8')).toBe('hello\n')
  expect(existsSync(run.dataFolder)).toBe(false)
  rmSync(run.folder, { recursive: true })

  const other = ownRun()
  await other.close()
  expect(existsSync(other.folder)).toBe(false)
})

test('a missing command ends with 127, and a closed run rejects new processes and folders', async () => {
  const run = ownRun()
  expect(await run.start({ name: 'none', command: '/no/such/file', args: [] }).ended).toBe(127)
  await run.close()
  expect(() => run.start({ name: 'late', command: 'true', args: [] })).toThrow('is closed')
  expect(() => run.makeFolder('late')).toThrow('is closed')
  expect(existsSync(run.folder)).toBe(false)
})

test('freePort returns different ports for all runs that are open', async () => {
  const [first, second] = [ownRun(), ownRun()]
  const ports = await Promise.all(
    Array.from({ length: 200 }, (_, index) => (index % 2 ? first : second).freePort()),
  )
  expect(new Set(ports).size).toBe(200)
})
