import { expect, it } from 'vitest'
import { retryExit } from '../../../cli/verbs/retry.ts'

it.each([
  ['continues', 0, undefined],
  ['failed', 1, 'retry-failed'],
  ['ignored', 1, 'ignored'],
  ['orphaned', 1, 'orphaned'],
  ['waiting', 75, 'waiting'],
  ['deadline', 75, 'deadline'],
] as const)('retry --wait exits for a retry that ended as %s', (kind, exitCode, code) => {
  const exit = retryExit({ kind, message: 'why', hint: 'what' } as Parameters<typeof retryExit>[0])
  expect(exit.exitCode).toBe(exitCode)
  expect(exit.errors?.[0]?.code).toBe(code)
})
