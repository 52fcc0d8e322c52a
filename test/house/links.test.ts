import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { anchorsOf } from './anchors-of.ts'
import { repositoryFiles } from './repository-files.ts'
import { root } from './run-tool.ts'

const files = repositoryFiles()
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const pages = files.filter((file) => /^(?:[^/]+|docs\/.+|test\/.+)\.md$/.test(file))

test.each(pages)('every link of %s leads to an existing file and heading', (page) => {
  const text = read(page).replace(/```[\s\S]*?```/g, '')
  for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
    if (/^https?:/.test(target)) continue
    const [path = '', anchor] = target.split('#')
    const file = path === '' ? page : join(dirname(page), path)
    expect(existsSync(join(root, file)), `${page}: ${target}`).toBe(true)
    if (anchor !== undefined) expect(anchorsOf(file), `${page}: ${target}`).toContain(anchor)
  }
})

const codesOf = (page: string) =>
  [
    ...read(page)
      .replace(/```[\s\S]*?```/g, '')
      .matchAll(/`([^`]+)`/g),
  ].map(([, code = '']) => code)

const folders = new Set(files.flatMap((file) => ancestorsOf(file)))

function ancestorsOf(file: string): string[] {
  const folder = dirname(file)
  return folder === '.' ? [] : [folder, ...ancestorsOf(folder)]
}

/** Finds the files whose path ends with a name. A name without a folder matches in any folder. */
const endingLike = (name: string) => files.filter((file) => `/${file}`.endsWith(`/${name}`))

/** Lists up to four files whose names share the most words with the name of a missing file. */
function heirsOf(name: string): string {
  const wordsOf = (file: string) => basename(file).split(/[^a-z0-9]+/i)
  const words = new Set(wordsOf(name).filter((word) => word !== 'ts' && word !== 'test'))
  const shared = (file: string) => wordsOf(file).filter((word) => words.has(word)).length
  const likely = files
    .filter((file) => file.includes('.test.') === name.includes('.test.') && shared(file) > 0)
    .sort((a, b) => shared(b) - shared(a))
  return likely.slice(0, 4).join(', ') || 'no file with a similar name'
}

const fileName = /^[\w./-]+\.(?:ts|mjs|sol|sql|md)$/

test.each(pages)('every file that %s names exists in the repository', (page) => {
  const problems = codesOf(page)
    .flatMap((code) => code.split(/\s+/))
    .filter((word) => fileName.test(word) && !word.startsWith('dist/'))
    .flatMap((name) => {
      const found = name.startsWith('./') || name.startsWith('../') ? [] : endingLike(name)
      if (found.length === 0) return `${name} is gone; it may have become ${heirsOf(name)}`
      const isPartial = name.includes('/') && !files.includes(name)
      return isPartial && found.length > 1 ? `${name} is the end of ${found.join(', ')}` : []
    })
  expect(problems, page).toEqual([])
})

test.each(pages)('every folder that %s names exists in the repository', (page) => {
  const layers = new Set([...folders].filter((folder) => !folder.includes('/')))
  const named = codesOf(page).filter((code) => /^[a-z]+\/(?:[\w-]+\/)*$/.test(code))
  const ours = named.filter((name) => layers.has(name.split('/')[0] ?? ''))
  expect(ours.filter((name) => !folders.has(name.slice(0, -1)))).toEqual([])
})

const sourceFiles = files.filter((file) => /\.(?:ts|mjs|sol)$/.test(file))
const sources = sourceFiles.map(read)

test('every page that a source file names exists in the repository', () => {
  const problems = sourceFiles
    .filter((file) => !file.startsWith('test/'))
    .flatMap((file) =>
      [...read(file).matchAll(/(?<![\w/.-])(?:docs\/)?[\w-]+\.md\b/g)].map(([name]) => ({
        file,
        name,
      })),
    )
    .filter(({ name }) => endingLike(name).length === 0)
  expect(problems).toEqual([])
})

const words = new Set(sources.flatMap((text) => text.match(/\w+/g) ?? []))
/** Names from other projects, which pages in docs/decisions mention as rejected options. */
const ofOthers = new Set(['maxResponseBodySize', 'JSON.parse'])

test.each(pages)('every method and every camelCase name in %s exists in the sources', (page) => {
  const codes = codesOf(page)
  const methods = codes.filter(
    (code) => /^[A-Z]\w+\.[a-z]\w*(?:\(\))?$/.test(code) && !ofOthers.has(code),
  )
  const isMethod = (code: string) => {
    const [owner = '', member = ''] = code.replace('()', '').split('.')
    const declares = new RegExp(`\\b(?:interface|class|type|const) ${owner}\\b`)
    const has = new RegExp(`\\b${member}\\b`)
    return sources.some((text) => declares.test(text) && has.test(text))
  }
  const isDocument = (code: string) => fileName.test(code)
  expect(
    methods.filter((code) => !isDocument(code) && !isMethod(code)),
    page,
  ).toEqual([])
  const names = codes.filter((code) => /^[a-z]+[A-Z]\w*$/.test(code) && !ofOthers.has(code))
  expect(
    names.filter((name) => !words.has(name)),
    page,
  ).toEqual([])
})
