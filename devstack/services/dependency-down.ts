/**
 * A dependency is missing or unreachable, and this run cannot supply it: exit code 75. The message
 * says how to fix it.
 */
export class DependencyDown extends Error {
  readonly exitCode = 75
}
