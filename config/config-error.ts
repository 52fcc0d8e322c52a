import type { Fault } from './schema/fault.ts'

/**
 * Everything that is wrong with the configuration, at once. Nothing has been dialled when it is
 * thrown; exit code 2.
 */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly Fault[]
  readonly file: string

  constructor(faults: readonly Fault[], file: string) {
    const count = faults.length === 1 ? '1 fault' : `${faults.length} faults`
    super(
      `the configuration has ${count}:\n${faults.map((fault) => describe(fault, file)).join('\n')}`,
    )
    this.faults = faults
    this.file = file
  }
}

function describe(fault: Fault, file: string): string {
  const where = fault.line === undefined ? fault.path : `${file}:${fault.line} ${fault.path}`
  return `  ${where}: ${fault.problem}\n    fix: ${fault.fix}`
}
