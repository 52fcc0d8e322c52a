import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type ProcessOfRun, processesOfRun } from '../../devstack/run/processes-of-run.mjs'
import { waitUntil } from '../../devstack/run/wait-until.ts'
import { startStackVerb, startVerb, type VerbProcess } from '../harness/processes/verb-process.ts'

const started: VerbProcess[] = []

afterEach(async () => {
  for (const verb of started.splice(0)) {
    verb.child.kill('SIGTERM')
    await verb.ended
  }
})

async function stackOf(services: string[], options = {}): Promise<VerbProcess> {
  const verb = await startStackVerb(services, options)
  started.push(verb)
  return verb
}

function processesOf(verb: VerbProcess): ProcessOfRun[] {
  return processesOfRun({ id: verb.runId(), dataFolder: join(verb.runFolder(), 'data') })
}

async function expectNothingLeft(verb: VerbProcess): Promise<void> {
  await waitUntil(
    async () => {
      expect(processesOf(verb)).toEqual([])
      expect(existsSync(verb.runFolder())).toBe(false)
    },
    { what: 'the run to be gone', limitMs: 180_000 },
  )
}

test('concurrent stacks share no service, and leave no process and no folder after Ctrl-C or SIGKILL', async () => {
  const all = ['postgres', 'redis', 'rabbitmq', 'temporal']
  const [first, second] = await Promise.all([stackOf(all), stackOf(all, { detached: true })])

  const exportsOf = (verb: VerbProcess) =>
    verb.stdout().match(/^export TEST_\w+='.+'$/gm) ?? expect.fail('no exports')
  expect(exportsOf(first)).toHaveLength(5)
  expect(exportsOf(first).filter((line) => exportsOf(second).includes(line))).toEqual([])
  for (const program of ['redis-server', 'epmd', 'beam.smp', 'postgres: ', 'temporal']) {
    expect(processesOf(first).some(({ command }) => command.includes(program))).toBe(true)
  }

  first.child.kill('SIGINT')
  expect(await first.ended).toBe(0)
  expect(first.stderr()).toContain('nothing left running')
  expect(processesOf(first)).toEqual([])
  expect(existsSync(first.runFolder())).toBe(false)

  expect(processesOf(second)).not.toEqual([])
  process.kill(-(second.child.pid ?? expect.fail('not started')), 'SIGKILL')
  await expectNothingLeft(second)
})

test('SIGKILL of boot.mjs alone also stops all its processes and removes its folder', async () => {
  const verb = await stackOf(['postgres', 'redis'])
  expect(processesOf(verb)).not.toEqual([])
  verb.child.kill('SIGKILL')
  await expectNothingLeft(verb)
})

test('SIGTERM during the start of services leaves no process and no folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coldsweep-test-'))
  chmodSync(folder, 0o755) // otherwise a run as root would use another folder
  try {
    const verb = startVerb(['stack', 'rabbitmq', 'postgres'], { env: { TMPDIR: folder } })
    started.push(verb)
    const runFolder = await waitUntil(
      async () => {
        const name = readdirSync(folder).find((one) => /^coldsweep-[0-9a-f]{10}$/.test(one))
        if (name === undefined) throw new Error('no run yet')
        return join(folder, name)
      },
      { what: 'a run', limitMs: 180_000, everyMs: 10 },
    )
    verb.child.kill('SIGTERM')
    expect(await verb.ended).toBe(0)
    const id = runFolder.slice(-10)
    expect(processesOfRun({ id, dataFolder: join(runFolder, 'data') })).toEqual([])
    expect(existsSync(runFolder)).toBe(false)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test.each([
  ['DATABASE_URL', 'postgres', 'postgres://app:hush@127.0.0.1:1/db'],
  ['REDIS_URL', 'redis', 'redis://:hush@127.0.0.1:1'],
  ['RABBITMQ_URL', 'rabbitmq', 'amqp://app:hush@127.0.0.1:1'],
  ['TEMPORAL_ADDRESS', 'temporal', '127.0.0.1:1'],
])(
  'an unreachable %s has no fallback: the stack exits with 75 and names the variable without its password',
  async (variable, service, address) => {
    const verb = startVerb(['stack', service], { env: { [variable]: address } })
    started.push(verb)
    expect(await verb.ended).toBe(75)
    expect(verb.stderr()).toContain(`${variable}=`)
    expect(verb.stderr()).toContain('127.0.0.1:1')
    expect(verb.stderr()).not.toContain('hush')
    expect(verb.stdout()).toBe('')
    expect(verb.stderr()).not.toMatch(/^logs:/m) // no service was started, so there are no logs
  },
)

test('an unknown service or verb is a usage error that lists the known services or verbs', async () => {
  const service = startVerb(['stack', 'mongodb'])
  const verb = startVerb(['tset'])
  started.push(service, verb)
  expect([await service.ended, await verb.ended]).toEqual([2, 2])
  expect(service.stderr()).toContain('postgres, redis, rabbitmq, temporal')
  expect(verb.stderr()).toContain('start | test | faults | check | stack')
})
