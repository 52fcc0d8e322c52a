import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './run-tool.ts'

/** This test compares the tables of reasons in docs/architecture.md with the types of reasons. */
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const types = read('domain/deposits/deposit-state.ts')
const page = read('docs/architecture.md')

const reasonsOf = (type: string): string[] => {
  const [, union = ''] = new RegExp(`type ${type} =([^/]*?)(?:\\n\\n|$)`).exec(types) ?? []
  return [...union.matchAll(/['`]([a-z-]+)/g)].map(([, reason = '']) => reason)
}
const rowsOf = (state: string): readonly (readonly [readonly string[], readonly string[]])[] => {
  const [, table = ''] =
    new RegExp(`\\| reason of \\\`${state}\\(…\\)\\\`.*\\n.*\\n((?:\\|.*\\n)+)`).exec(page) ?? []
  const quoted = (cell = '') => [...cell.matchAll(/`([^`]+)`/g)].map(([, words = '']) => words)
  return table
    .trim()
    .split('\n')
    .map((row) => row.split('|'))
    .map(([, reasons, files]) => [quoted(reasons), quoted(files)])
}

describe.each([
  ['confirming', 'UnconfirmedReason'],
  ['waiting', 'WaitReason'],
  ['needs-attention', 'AttentionReason'],
])('the table of %s', (state, type) => {
  it(`contains each ${type} once`, () => {
    const listed = rowsOf(state).flatMap(([reasons]) => reasons)
    expect(listed.toSorted()).toEqual(reasonsOf(type).toSorted())
    expect(listed.length).toBeGreaterThan(0)
  })

  it.each(rowsOf(state))(
    'lists for %j only files that mention one of these reasons',
    (reasons, files) => {
      expect(files.length).toBeGreaterThan(0)
      const mentions = (file: string) =>
        reasons.some((reason) => new RegExp(`['\`]${reason}\\b`).test(read(file)))
      const silent = files.filter((file) => !mentions(file))
      // claim-sweep.ts names no reason: it returns the sweep that holds the lane, and the plan
      // builds the reason from that sweep.
      expect(silent.filter((file) => file !== 'adapters/drizzle/sweeps/claim-sweep.ts')).toEqual([])
    },
  )
})
