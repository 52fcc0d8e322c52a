import { expect, test } from 'vitest'
import { summarise } from '../../devstack/summary-line.ts'

function file(status: string, ...tests: string[]) {
  return { name: 'a.test.ts', status, assertionResults: tests.map((one) => ({ status: one })) }
}

test.each([
  [
    'a run with only passed tests',
    [file('passed', 'passed', 'passed')],
    0,
    '2 passed, 0 failed',
    0,
  ],
  ['a run with a failed test', [file('failed', 'passed', 'failed')], 1, '1 passed, 1 failed', 1],
  [
    'a run with skipped and todo tests',
    [file('passed', 'passed', 'skipped', 'todo')],
    0,
    '1 passed, 0 failed, 2 skipped',
    0,
  ],
  [
    'a run with a file that could not be collected',
    [file('passed', 'passed'), file('failed')],
    1,
    '1 passed, 1 failed',
    1,
  ],
  [
    'a run with a failed hook',
    [file('failed', 'skipped', 'skipped')],
    1,
    '0 passed, 1 failed, 2 skipped',
    1,
  ],
  [
    'a run with an unhandled error outside tests',
    [file('passed', 'passed')],
    1,
    '1 passed, 1 failed',
    1,
  ],
  ['a run without tests', [], 1, '0 passed, 0 failed', 1],
  [
    'a run with only skipped tests',
    [file('passed', 'skipped')],
    0,
    '0 passed, 0 failed, 1 skipped',
    1,
  ],
])(
  'summarise returns the counts and the exit code of %s',
  (_, testResults, vitestExitCode, line, exitCode) => {
    expect(summarise({ testResults }, vitestExitCode)).toEqual({ line, exitCode })
  },
)

test('a vitest that died without a report counts as one failure', () => {
  expect(summarise(undefined, 137)).toEqual({ line: '0 passed, 1 failed', exitCode: 1 })
})
