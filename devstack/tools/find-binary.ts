import { accessSync, constants, readdirSync, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Finds an executable by name, first in `folders` and then in the folders of `path` (PATH). */
export function findBinary(
  name: string,
  folders: string[] = [],
  path: string | undefined = process.env['PATH'],
): string | undefined {
  const places = [...folders, ...(path ?? '').split(delimiter)].filter((place) => place !== '')
  return places.map((place) => join(place, name)).find(isExecutable)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}

/**
 * Returns the folders `<parent>/<prefix><version><suffix>`, newest version first:
 * `/usr/lib/postgresql/17/bin` before `…/15/bin`. Empty if the parent does not exist.
 */
export function versionedFolders(parent: string, prefix: string, suffix: string): string[] {
  let names: string[]
  try {
    names = readdirSync(parent)
  } catch {
    return []
  }
  const version = (name: string) => Number.parseFloat(name.slice(prefix.length))
  return names
    .filter((name) => name.startsWith(prefix) && !Number.isNaN(version(name)))
    .sort((a, b) => version(b) - version(a))
    .map((name) => join(parent, name, suffix))
}
