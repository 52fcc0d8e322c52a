import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Outcome, Session } from '../../../cli/session/outcome.ts'
import { screenOf } from '../../../cli/session/refresh.ts'
import { watchView } from '../../../cli/session/watch.ts'
import { DatabaseUnreachable } from '../../../domain/errors.ts'
import { seedDeposit } from '../../harness/factories/seed-rows.ts'
import { type CliEnvironment, cliEnvironment } from '../../harness/processes/cli-environment.ts'
import { type OwnDatabase, ownDatabase } from '../../harness/services/own-database.ts'

const plain = (_: unknown, text: string) => text

function aSession(isTerminal: boolean) {
  const stop = new AbortController()
  const shown: Outcome[] = []
  const notes: string[] = []
  const session: Session = {
    env: {},
    parentPid: 1,
    self: 'coldsweep',
    json: false,
    note: (line) => void notes.push(line),
    write: async () => {},
    live: {
      isTerminal,
      rows: () => 10,
      interrupted: stop.signal,
      show: (outcome) => void shown.push(outcome),
    },
  }
  return { session, shown, notes, stop }
}

describe('a view that refreshes itself', () => {
  it('is shown until it is interrupted, and survives an error after the first view', async () => {
    const { session, shown, notes, stop } = aSession(false)
    let views = 0
    const outcome = await watchView(0.01, session, async () => {
      views += 1
      if (views === 2) throw new DatabaseUnreachable('gone')
      if (views === 4) stop.abort()
      return { data: views, text: () => String(views) }
    })
    expect(shown.map(({ data }) => data)).toEqual([1, 3, 4])
    expect(notes.join()).toContain('gone')
    expect(outcome.shown).toBe(true)
  })

  it('ends with the error of the first view', async () => {
    const { session } = aSession(false)
    const view = async () => {
      throw new DatabaseUnreachable('gone')
    }
    await expect(watchView(1, session, view)).rejects.toThrow('gone')
  })

  it('redraws a terminal, and counts the rows that do not fit', async () => {
    const { session, shown, stop } = aSession(true)
    await watchView(1, session, async () => {
      stop.abort()
      return { data: null, text: () => 'a row' }
    })
    const screen = shown[0]?.text(plain) ?? ''
    expect(screen.startsWith('\u001b[2J\u001b[H')).toBe(true)
    expect(screen).toMatch(/Ctrl-C ends\n\na row\n$/)
    const rows = Array.from({ length: 30 }, (_, index) => `row ${index}`).join('\n')
    expect(screenOf(rows, 'head', 10).split('\n').length).toBeLessThanOrEqual(10)
    expect(screenOf(rows, 'head', 10)).toContain('24 more')
  })
})

describe('sweeps --watch --json', () => {
  let database: OwnDatabase
  let cli: CliEnvironment
  beforeAll(async () => {
    database = await ownDatabase()
    cli = cliEnvironment({ DATABASE_URL: database.url })
    await seedDeposit(database.sql, { reason: 'keeper-low' })
  })
  afterAll(async () => {
    cli?.remove()
    await database?.drop()
  })

  it('prints one envelope a line, and exits 0 when it is interrupted', async () => {
    const { run } = await import('../../../cli/main.ts')
    const lines: string[] = []
    const code = await run(['sweeps', '--watch', '1', '--json'], {
      env: cli.env,
      colour: true,
      rows: () => 20,
      stderr: () => {},
      stdout: (text) => {
        lines.push(text)
        if (lines.length === 2) process.emit('SIGINT')
      },
    })
    expect(code).toBe(0)
    expect(lines.length).toBe(2)
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ ok: true, v: 1 })
    expect(lines.join('')).not.toContain('\u001b[')
  })
})
