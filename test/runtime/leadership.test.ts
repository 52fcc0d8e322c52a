import { describe, expect, it } from 'vitest'
import { leadUntilStopped } from '../../runtime/leadership.ts'
import { sleep } from '../../runtime/sleep.ts'

const untilAborted = (signal: AbortSignal) => sleep(60_000, signal)

describe('leadUntilStopped', () => {
  it('asks for a new lease after the lease is lost, and releases each lease', async () => {
    const stop = new AbortController()
    const events: string[] = []
    let lose = () => {}
    await leadUntilStopped(
      stop.signal,
      async (lost) => {
        events.push('asked')
        lose = lost
        return { release: async () => void events.push('released') }
      },
      async (leading) => {
        if (events.length > 1) stop.abort()
        else lose()
        await untilAborted(leading)
      },
    )
    expect(events).toEqual(['asked', 'released', 'asked', 'released'])
  })

  it('releases the lease when work fails, and rejects with the error of work even if the release fails too', async () => {
    let releases = 0
    const lease = {
      async release() {
        releases += 1
        throw new Error('the connection has ended')
      },
    }
    const work = async () => {
      throw new Error('bug')
    }
    const leading = leadUntilStopped(new AbortController().signal, async () => lease, work)
    await expect(leading).rejects.toThrow('bug')
    expect(releases).toBe(1)
  })

  it('stops asking for the lease when it is aborted while another process leads', async () => {
    const stop = new AbortController()
    let asked = 0
    const waiting = leadUntilStopped(
      stop.signal,
      async () => {
        asked += 1
        return undefined
      },
      untilAborted,
    )
    await sleep(20)
    stop.abort()
    await waiting
    expect(asked).toBe(1)
  })
})
