import { posix } from 'node:path'

/** The specifier with which `file` imports `target`. Both are paths from the repository's root. */
export function relativeImport(file: string, target: string): string {
  const path = posix.relative(posix.dirname(file), target)
  return path.startsWith('.') ? path : `./${path}`
}
