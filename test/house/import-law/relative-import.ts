import { posix } from 'node:path'

/** The specifier by which one file imports another; both from the repository's root. */
export function relativeImport(file: string, target: string): string {
  const path = posix.relative(posix.dirname(file), target)
  return path.startsWith('.') ? path : `./${path}`
}
