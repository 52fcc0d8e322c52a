/**
 * Something that we need and cannot supply is missing or unreachable: exit code 75. The message
 * says how to mend it.
 */
export class DependencyDown extends Error {
  readonly exitCode = 75
}
