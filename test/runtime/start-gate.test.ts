import { describe, expect, it } from 'vitest'
import { DatabaseUnreachable } from '../../domain/errors.ts'
import { createStartGate } from '../../runtime/start-gate.ts'
import { recordingLog } from '../harness/fakes/recording-log.ts'
import { eventually } from '../harness/waiting/eventually.ts'

const never = new AbortController().signal

describe('the start gate', () => {
  it('opens at once when the check finds no problem', async () => {
    const gate = createStartGate(async () => [], recordingLog())
    expect(gate.problem()).toBe('starting')
    expect(await gate.wait(never)).toBe(true)
    expect(gate.problem()).toBeUndefined()
  })

  it('refuses the start with an error that lists all problems (MONEY 18)', async () => {
    const gate = createStartGate(async () => ['one', 'two'], recordingLog())
    await expect(gate.wait(never)).rejects.toMatchObject({
      name: 'StartRefused',
      reasons: ['one', 'two'],
    })
  })

  it('waits while a dependency is down, logs a single warning, and resolves false on abort', async () => {
    const log = recordingLog()
    const stop = new AbortController()
    const down = async (): Promise<string[]> => {
      throw new DatabaseUnreachable('the database could not be reached: ECONNREFUSED')
    }
    const gate = createStartGate(down, log)
    const waiting = gate.wait(stop.signal)
    await eventually(gate.problem, (problem) => problem?.includes('ECONNREFUSED') === true)
    stop.abort()
    expect(await waiting).toBe(false)
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })
})
