import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openRun, type StartedProcess } from '../../devstack/run/run.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { reaches } from '../harness/worlds/follow.ts'
import { type OwnDeployment, ownDeployment } from '../harness/worlds/own-deployment.ts'

/**
 * docs/architecture.md lists the files on the path of one token deposit. This test sweeps a deposit
 * with processes that report every file whose functions run during the sweep.
 */
const preload = new URL('../harness/processes/take-coverage.mjs', import.meta.url).href
const run = openRun()
let d: OwnDeployment
let ran: ReadonlySet<string>

beforeAll(async () => {
  d = await ownDeployment({
    tokens: async (devnet) => [
      { ...(await devnet.deployToken('plain-token', 'PLN', 18)), min: '1' },
    ],
  })
  const processes = [measured('scanner'), measured('worker')]
  const started = processes.map(({ process }) => process)
  const [token] = d.tokens
  if (!token) throw new Error('no token was deployed')
  const sweepOne = async () => {
    const { address } = await d.addWallet()
    const hash = await d.devnet.payToken(token, address, 5n * 10n ** 18n)
    await reaches(d, hash, 'done', { processes: started })
  }
  // The first sweep opens the connections and creates the keeper's lane. The test measures only the
  // second sweep.
  await sweepOne()
  await Promise.all(processes.map(({ takeFiles }) => takeFiles()))
  await sweepOne()
  const files = await Promise.all(processes.map(({ takeFiles }) => takeFiles()))
  ran = new Set(files.flat().filter((file) => !/^config\/|main[-\w]*\.ts$/.test(file)))
})
afterAll(async () => {
  await d?.close()
  await run.close()
})

/**
 * Starts a process that reports, on request, the files whose functions ran since the last request.
 */
function measured(verb: 'scanner' | 'worker'): {
  process: StartedProcess
  takeFiles(): Promise<readonly string[]>
} {
  const report = join(run.folder, `${verb}.jsonl`)
  const reports = () => (existsSync(report) ? readFileSync(report, 'utf8').split('\n') : [''])
  const process_ = d.start(verb, {
    NODE_OPTIONS: `--import ${preload}`,
    COVERAGE_FILE: report,
    TEMPORAL_DEBUG: '1',
  })
  return {
    process: process_,
    async takeFiles() {
      const before = reports().length
      process.kill(process_.pid, 'SIGUSR2')
      const lines = await eventually(
        async () => reports(),
        ({ length }) => length > before,
      )
      return JSON.parse(lines.at(-2) ?? '')
    },
  }
}

const page = readFileSync(new URL('../../docs/architecture.md', import.meta.url), 'utf8')
const [, steps = '', rooms = ''] =
  /\n## One token deposit, in order\n([\s\S]*?)\nThese rooms hold([\s\S]*?)\n## /.exec(page) ?? []
const quoted = (text: string) => [...text.matchAll(/`([\w./-]+)`/g)].map(([, name = '']) => name)
const listed = new Set(quoted(steps).filter((name) => name.endsWith('.ts')))

test('every file that docs/architecture.md lists on the deposit path runs for a deposit', () => {
  expect([...listed].filter((file) => !ran.has(file))).toEqual([])
})

test('every other file that runs is in a folder that docs/architecture.md lists', () => {
  const named = quoted(rooms)
  const isNamed = (file: string) =>
    named.some((name) => (name.endsWith('/') ? file.startsWith(name) : file === name))
  expect([...ran].filter((file) => !listed.has(file) && !isNamed(file)).sort()).toEqual([])
})

test('the listed deposit path has at most sixty files', () => {
  expect(listed.size).toBeGreaterThan(40)
  expect(listed.size).toBeLessThanOrEqual(60)
})
