import { readFileSync } from 'node:fs'

/** The part of vitest's JSON report that `summarise` counts. */
export interface TestReport {
  testResults: {
    name: string
    status: string
    assertionResults: { status: string }[]
  }[]
}

export interface Summary {
  /** `12 passed, 0 failed`. `, 3 skipped` follows only when there are any (skipped and todo). */
  line: string
  /** 0 only if at least one test ran and none failed. */
  exitCode: 0 | 1
}

/**
 * Counts the results of a vitest run. A failure that belongs to no test counts as one failed test,
 * so that the line of a failed run never says `0 failed`. Such failures are a file that could not
 * be collected or whose hooks failed, and an error that vitest reports only by its exit code (an
 * unhandled rejection, a crashed worker, a missing report).
 */
export function summarise(report: TestReport | undefined, vitestExitCode: number): Summary {
  const files = report?.testResults ?? []
  const statuses = files.flatMap((file) => file.assertionResults.map(({ status }) => status))
  const passed = statuses.filter((status) => status === 'passed').length
  const failedTests = statuses.filter((status) => status === 'failed').length
  const skipped = statuses.length - passed - failedTests
  const failedFiles = files.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some(({ status }) => status === 'failed'),
  ).length

  let failed = failedTests + failedFiles
  const ranSomething = files.length > 0 || report === undefined
  if (failed === 0 && vitestExitCode !== 0 && ranSomething) failed = 1
  return {
    line: `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`,
    exitCode: failed === 0 && passed > 0 ? 0 : 1,
  }
}

/**
 * Reads vitest's JSON report. Undefined if vitest ended before it wrote the report, or if a test
 * damaged the file.
 */
export function readReport(path: string): TestReport | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}
