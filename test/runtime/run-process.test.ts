import { describe, expect, it } from 'vitest'
import type { Loop } from '../../runtime/loop.ts'
import { runProcess } from '../../runtime/run-process.ts'
import { sleep } from '../../runtime/sleep.ts'
import { recordingLog } from '../harness/fakes/recording-log.ts'

const open = { wait: async () => true }

const loopOf = (name: string, run: Loop['run']): Loop => ({ name, run, problem: () => undefined })

describe('runProcess', () => {
  it('stops every loop and exits 1 when one loop fails', async () => {
    let stopped = false
    const steady = loopOf('steady', async (stop) => {
      await sleep(60_000, stop)
      stopped = true
    })
    const failing = loopOf('failing', async () => {
      throw new Error('bug')
    })
    expect(await runProcess(open, [steady, failing], recordingLog())).toBe(1)
    expect(stopped).toBe(true)
  })

  it('exits 0 without running a loop when the process is stopped before the start gate opens', async () => {
    let ran = false
    const loop = loopOf('loop', async () => {
      ran = true
    })
    expect(await runProcess({ wait: async () => false }, [loop], recordingLog())).toBe(0)
    expect(ran).toBe(false)
  })
})
