import { basename, dirname, relative } from 'node:path'

/**
 * How this process was started, for commands to copy: `coldsweep` from the PATH, `npx --no
 * coldsweep` in a clone, or `node cli/coldsweep.mjs`.
 * @param script process.argv[1]
 */
export function selfCommand(script: string | undefined, folder: string): string {
  if (script === undefined) return 'coldsweep'
  const name = basename(script)
  if (name === 'coldsweep') {
    return basename(dirname(script)) === '.bin' ? 'npx --no coldsweep' : 'coldsweep'
  }
  if (name !== 'coldsweep.mjs') return 'coldsweep'
  const path = relative(folder, script)
  return `node ${/^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`}`
}
