import { expect, test } from 'vitest'
import { summarise } from '../../devstack/summary-line.ts'

function file(status: string, ...tests: string[]) {
  return { name: 'a.test.ts', status, assertionResults: tests.map((one) => ({ status: one })) }
}

test.each([
  ['all green', [file('passed', 'passed', 'passed')], 0, '2 passed, 0 failed', 0],
  ['one red', [file('failed', 'passed', 'failed')], 1, '1 passed, 1 failed', 1],
  [
    'skipped and todo',
    [file('passed', 'passed', 'skipped', 'todo')],
    0,
    '1 passed, 0 failed, 2 skipped',
    0,
  ],
  [
    'a file that could not be collected',
    [file('passed', 'passed'), file('failed')],
    1,
    '1 passed, 1 failed',
    1,
  ],
  [
    'a hook that failed',
    [file('failed', 'skipped', 'skipped')],
    1,
    '0 passed, 1 failed, 2 skipped',
    1,
  ],
  ['an unhandled error outside tests', [file('passed', 'passed')], 1, '1 passed, 1 failed', 1],
  ['nothing ran', [], 1, '0 passed, 0 failed', 1],
  ['only skipped', [file('passed', 'skipped')], 0, '0 passed, 0 failed, 1 skipped', 1],
])('%s', (_, testResults, vitestExitCode, line, exitCode) => {
  expect(summarise({ testResults }, vitestExitCode)).toEqual({ line, exitCode })
})

test('a vitest that died without a report counts as one failure', () => {
  expect(summarise(undefined, 137)).toEqual({ line: '0 passed, 1 failed', exitCode: 1 })
})
