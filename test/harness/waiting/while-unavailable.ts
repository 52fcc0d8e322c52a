import { exitCodes } from '../../../cli/session/outcome.ts'
import { eventually } from './eventually.ts'

/**
 * Repeats a command while it ends with exit code 75 (retry later). On a busy machine a running
 * service may take longer than the limit of 5 seconds after which a command calls it unavailable.
 * An operator repeats the command then, and so does a test. Not for a test that stops a service.
 */
export function whileUnavailable<T extends { readonly exitCode: number }>(
  run: () => Promise<T>,
): Promise<T> {
  return eventually(run, ({ exitCode }) => exitCode !== exitCodes.unavailable)
}
