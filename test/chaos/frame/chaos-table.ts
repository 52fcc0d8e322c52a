import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ChaosWorld, chaosWorld } from './chaos-world.ts'
import type { Oddity } from './oddity.ts'
import { runOddity } from './run-oddity.ts'
import { plainToken, type TokenSpec, worldKey } from './world-spec.ts'

/** Declares a test for each row. Rows with an equal world share a deployment. */
export function chaosTable(rows: readonly Oddity[]): void {
  for (const key of new Set(rows.map(({ world }) => worldKey(world)))) {
    const group = rows.filter(({ world }) => worldKey(world) === key)
    describe(`a chain with ${key}`, () => oneWorld(group))
  }
}

function oneWorld(rows: readonly Oddity[]): void {
  let world: ChaosWorld
  beforeAll(async () => {
    world = await chaosWorld(rows[0]?.world, [plainToken, ...rows.flatMap(tokenOf)])
  }, 600_000)
  afterAll(async () => await world?.close())

  for (const row of rows) {
    test(`${row.name} (${row.source})`, async () => await runOddity(world, row), 600_000)
  }

  test('scanner and worker still run, and their logs contain no secret (MONEY 19)', () => {
    for (const { exitCode, logFile } of [world.scanner, world.worker]) {
      expect(exitCode).toBeUndefined()
      const log = readFileSync(logFile, 'utf8')
      for (const secret of world.d.secrets) expect(log.includes(secret)).toBe(false)
    }
  })
}

function tokenOf({ asset }: Oddity): readonly TokenSpec[] {
  return asset === undefined || asset === 'native' ? [] : [asset]
}
