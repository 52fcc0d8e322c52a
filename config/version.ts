import { existsSync, readFileSync } from 'node:fs'

/**
 * Returns coldsweep's version from the package.json above this file. Works in a checkout and in the
 * output of `npm run build`.
 */
export function productVersion(): string {
  for (let at = new URL('./', import.meta.url); ; at = new URL('../', at)) {
    const file = new URL('package.json', at)
    // A package.json with only `"type": "module"` is next to the built files.
    const version = existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version
    if (typeof version === 'string') return version
    if (at.pathname === '/') return 'unknown'
  }
}
