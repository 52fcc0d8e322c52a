import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { repositoryFiles } from './repository-files.ts'
import { root } from './run-tool.ts'

const maxLines = 300
const maxFiles = 20
/** Folders without a limit: the root, where tools expect files, and lists of files of one kind. */
const lists = [
  '.',
  'devstack/contracts',
  'docs/decisions',
  'drizzle/migrations',
  'drizzle/migrations/meta',
]

const files = repositoryFiles()
const linesOf = (file: string) =>
  readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length

test(`no TypeScript file has more than ${maxLines} lines`, () => {
  const long = files.filter((file) => /\.m?ts$/.test(file) && linesOf(file) > maxLines)
  expect(long).toEqual([])
})

test(`no folder has more than ${maxFiles} files, except lists of files of one kind`, () => {
  const counts = new Map<string, number>()
  for (const file of files) counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1)
  const wide = [...counts].filter(([, count]) => count > maxFiles).map(([folder]) => folder)
  expect(wide.filter((folder) => !lists.includes(folder))).toEqual([])
})
