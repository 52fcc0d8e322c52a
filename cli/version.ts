import { existsSync, readFileSync } from 'node:fs'

/**
 * This release's number, from the package.json above this file, in a checkout or in what `npm run
 * build` made.
 */
export function release(): string {
  for (let at = new URL('./', import.meta.url); ; at = new URL('../', at)) {
    const file = new URL('package.json', at)
    // One that only says `"type": "module"` lies beside built files.
    const version = existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).version
    if (typeof version === 'string') return version
    if (at.pathname === '/') return 'unknown'
  }
}
