import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './run-tool.ts'

const notOurs = new Set(['node_modules', 'dist', 'coverage'])

/**
 * Returns the paths of all repository files from the root, except files in the folders of `notOurs`
 * and in folders that start with a dot.
 */
export function repositoryFiles(folder = ''): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (!entry.isDirectory()) return [path]
    return notOurs.has(entry.name) || entry.name.startsWith('.') ? [] : repositoryFiles(path)
  })
}
