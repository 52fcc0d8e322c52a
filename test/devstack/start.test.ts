import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { type ProcessOfRun, processesOfRun } from '../../devstack/run/processes-of-run.mjs'
import { waitUntil } from '../../devstack/run/wait-until.ts'
import {
  startVerb,
  temporalBinaryOfThisRun,
  type VerbProcess,
} from '../harness/processes/verb-process.ts'

// This limit allows two whole stacks on a small machine that also runs other tests.
const STORY_MS = 600_000

const started: VerbProcess[] = []

afterEach(async () => {
  for (const verb of started.splice(0)) {
    verb.child.kill('SIGTERM')
    await verb.ended
  }
})

function startDemo(options: { detached?: boolean } = {}): VerbProcess {
  const env = temporalBinaryOfThisRun()
  const demo = startVerb(['start', '--once'], { ...options, byNpm: true, env })
  started.push(demo)
  return demo
}

function processesOf(demo: VerbProcess): ProcessOfRun[] {
  return processesOfRun({ id: demo.runId(), dataFolder: join(demo.runFolder(), 'data') })
}

test(
  'two concurrent demos pass, have separate runs, and leave no process and no folder',
  async () => {
    const demos = [startDemo(), startDemo()]
    const codes = await Promise.all(demos.map(({ ended }) => ended))
    for (const demo of demos) {
      expect(demo.stdout()).toMatch(/^PASS in \d+ s$/m)
      expect(demo.stdout()).not.toContain('FAIL')
      expect(demo.stderr()).toMatch(/nothing left running\s*$/)
      expect(processesOf(demo)).toEqual([])
      expect(existsSync(demo.runFolder())).toBe(false)
    }
    expect(codes).toEqual([0, 0])
    expect(new Set(demos.map((demo) => demo.runId())).size).toBe(2)

    const lines = demos[0]?.stdout() ?? ''
    for (const step of [
      /waiting\(keeper-low\)/,
      /waiting\(tokens-first\)/,
      /ignored\(dust\)/,
      /needs-attention\(token-refused\): transfer answers false/,
      /event keeper\.low/,
      /event keeper\.recovered/,
      /killed the worker with SIGKILL/,
      /coldsweep\.mjs retry \S+ --operator/,
      /workflow signal .* --name retryNow/,
      /SweepState = 'needs-attention' AND ExecutionStatus = 'Running'/,
      /leo .* 0\.6 ETH .* → done/,
      /grace .* 500 PAUSE .* → done/,
    ]) {
      expect(lines).toMatch(step)
    }
    expect(lines).not.toMatch(/^ *[\d.]+s {2}(ivan|judy|kim) /m)
  },
  STORY_MS,
)

test('a demo that is killed in mid-run leaves no process and no folder', async () => {
  const demo = startDemo({ detached: true })
  await waitUntil(
    async () => {
      if (!demo.stdout().includes('customers deposit')) throw new Error(demo.stdout())
    },
    {
      what: 'the demo to be under way',
      limitMs: 180_000,
      abort: () => (demo.child.exitCode === null ? undefined : `it ended: ${demo.stderr()}`),
    },
  )
  const commands = processesOf(demo).map(({ command }) => command)
  for (const part of ['anvil', 'coldsweep.mjs scanner', 'coldsweep.mjs worker']) {
    expect(commands.some((command) => command.includes(part))).toBe(true)
  }

  process.kill(-(demo.child.pid ?? expect.fail('not started')), 'SIGKILL')
  await waitUntil(
    async () => {
      expect(processesOf(demo)).toEqual([])
      expect(existsSync(demo.runFolder())).toBe(false)
    },
    { what: 'all of the run to be gone', limitMs: 180_000 },
  )
}, 300_000)
