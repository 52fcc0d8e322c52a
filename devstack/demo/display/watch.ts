import { promisify } from 'node:util'
import type { Row, RowReader } from './rows.ts'

const sleep = promisify(setTimeout)
const EVERY_MS = 100

export interface Change {
  row: Row
  /** State before the change; undefined for a new row. */
  before: string | undefined
}

type Condition = (rows: readonly Row[]) => boolean | Promise<boolean>

/** The latest rows of coldsweep's deposits, and waits for conditions on them. */
export interface Watch {
  rows(): readonly Row[]
  /**
   * Resolves once `holds` accepts the rows.
   * @throws Error with the awaited condition and the rows' states, after the limit or on `abort`
   */
  until(what: string, limitMs: number, holds: Condition): Promise<void>
  close(): Promise<void>
}

interface Options {
  /** Called after each poll; `changes` may be empty. */
  onRead(rows: readonly Row[], changes: readonly Change[]): void
  /** Reason to stop waiting, or undefined. */
  abort(): string | undefined
}

/** Polls the rows every 100 ms and reports them, with their state changes, to `onRead`. */
export function watchRows(reader: Pick<RowReader, 'read'>, { onRead, abort }: Options): Watch {
  let rows: readonly Row[] = []
  let failure: Error | undefined
  let stopped = false

  const loop = (async () => {
    while (!stopped) {
      const read = await reader.read()
      const changes = changesBetween(rows, read)
      rows = read
      onRead(rows, changes)
      await sleep(EVERY_MS)
    }
  })().catch((error: Error) => {
    failure = error
  })

  return {
    rows: () => rows,
    async until(what, limitMs, holds) {
      const end = Date.now() + limitMs
      for (;;) {
        if (await holds(rows)) return
        const reason = failure?.message ?? abort()
        if (reason !== undefined) throw new Error(`waited for ${what}: ${reason}`)
        if (Date.now() >= end) {
          throw new Error(`waited ${limitMs / 1000} s for ${what}; states: ${countStates(rows)}`)
        }
        await sleep(EVERY_MS)
      }
    },
    async close() {
      stopped = true
      await loop
    },
  }
}

/** Returns the rows that are new or whose state changed between two polls. */
export function changesBetween(old: readonly Row[], now: readonly Row[]): Change[] {
  const states = new Map(old.map((row) => [row.id, row.state]))
  return now
    .filter((row) => states.get(row.id) !== row.state)
    .map((row) => ({ row, before: states.get(row.id) }))
}

/** Counts the rows by state: `3 done, 1 waiting(keeper-low)`. */
export function countStates(rows: readonly Row[]): string {
  const counts = new Map<string, number>()
  for (const { state } of rows) {
    const name = state.replace(/ [^)]*/, '') // drops the id of the sweep that the deposit waits for
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ') || 'no deposits yet'
}
