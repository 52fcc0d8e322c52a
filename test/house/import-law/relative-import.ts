import { posix } from 'node:path'

/** Returns the specifier with which `file` imports `target`. Both are paths from the root. */
export function relativeImport(file: string, target: string): string {
  const path = posix.relative(posix.dirname(file), target)
  return path.startsWith('.') ? path : `./${path}`
}
