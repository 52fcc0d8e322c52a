import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export function temporalAddress(): string {
  const address = process.env['TEST_TEMPORAL_ADDRESS']
  if (!address) throw new Error('TEST_TEMPORAL_ADDRESS is not set: run `npm test`')
  return address
}

/**
 * Returns a function that runs the `temporal` command of an operator on the test's server and
 * resolves with the command's output.
 */
export function temporalCli(namespace: string) {
  const binary = process.env['TEMPORAL_CLI_PATH']
  if (!binary) throw new Error('TEMPORAL_CLI_PATH is not set: run `npm test`')
  const where = ['--address', temporalAddress(), '--namespace', namespace]
  return async (...args: string[]): Promise<string> => {
    const { stdout } = await promisify(execFile)(binary, [...args, ...where], { timeout: 180_000 })
    return stdout
  }
}
