import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { root } from '../run-tool.ts'
import { questionOpenings } from './openings.ts'
import { paragraphsOf, proseLines } from './paragraphs-of.ts'
import { phrases } from './phrases.ts'
import { type Text, textsOf } from './texts-of.ts'

/** Generated folders, and files that must quote the banned phrases. */
const skipped =
  /(^|\/)(node_modules|dist|coverage|\.[^/]+)(\/|$)|^test\/house\/language|^docs\/writing\.md$/
const mostColumns = 100

/**
 * Returns the violations of docs/writing.md in a file or in all files below a folder, each as
 * `file:line: phrase → write …`.
 */
export function violationsIn(path: string): readonly string[] {
  return filesOf(path).flatMap((file) => {
    const source = readFileSync(join(root, file), 'utf8')
    return violationsOf(file, source).map(({ line, words }) => `${file}:${line}: ${words}`)
  })
}

export const isRead = (file: string) => /\.(ts|mjs|md)$/.test(file)

/** Returns the files of code and Markdown at a path, as paths from the repository's root. */
export function filesOf(path: string): readonly string[] {
  const at = join(root, path)
  const files = statSync(at).isDirectory()
    ? readdirSync(at, { withFileTypes: true }).flatMap((entry) => {
        const below = relative(root, join(at, entry.name))
        if (skipped.test(below)) return []
        return entry.isDirectory() ? filesOf(below) : [below]
      })
    : [relative(root, at)]
  return files.filter((file) => isRead(file) && !skipped.test(file))
}

type Violation = { readonly line: number; readonly words: string }

export function violationsOf(file: string, source: string): readonly Violation[] {
  const markdown = file.endsWith('.md')
  const texts = markdown ? paragraphsOf(source) : textsOf(file, source)
  // String literals of tests are skipped, because they quote users, nodes and attackers.
  const judged = texts.filter(({ kind }) => kind !== 'string' || !file.startsWith('test/'))
  return [
    ...judged.flatMap(judge),
    ...(markdown ? wideLines(source) : wideComments(source, texts)),
  ].toSorted((a, b) => a.line - b.line)
}

function judge(text: Text): readonly Violation[] {
  const prose = text.text.replace(/`[^`\n]*`/g, (code) => '`'.repeat(code.length))
  const lineOf = (at: number) => text.line + (text.text.slice(0, at).match(/\n/g)?.length ?? 0)
  return [
    ...phrases.flatMap(({ banned, write }) =>
      [...prose.matchAll(banned)].map(({ 0: words, index }) => ({
        line: lineOf(index),
        words: `"${words.trim().replace(/\s+/g, ' ')}" → ${write}`,
      })),
    ),
    ...questionOpenings({ ...text, text: prose }).map(({ at, words }) => ({
      line: lineOf(at),
      words: `a sentence opens with "${words}" → name the subject`,
    })),
    ...(text.kind === 'log' ? logForm(text) : []),
  ]
}

/**
 * Checks that a log line starts in lower case and without an article, and has no full stop.
 * Identifiers and acronyms keep their case: `RPC …`, `WebSocket …`, `lockTimeout …`.
 */
function logForm({ text, line }: Text): readonly Violation[] {
  const first = text.split(/[\s:;,]/)[0] ?? ''
  const found: string[] = []
  if (/^[A-Z]/.test(first) && !/^.+[A-Z0-9]/.test(first)) found.push('start in lower case')
  if (/^(an?|the) /i.test(text)) found.push('start with the noun, without an article')
  if (/\.\s*$/.test(text)) found.push('no full stop at the end')
  return found.map((words) => ({ line, words: `log line "${text}" → ${words}` }))
}

const tooWide = (line: string) =>
  [...line.replace(/\]\([^)]*\)|<?https?:\/\/\S+/g, '')].length > mostColumns

function wideLines(source: string): readonly Violation[] {
  return proseLines(source)
    .filter(({ text, table }) => !table && tooWide(text))
    .map(({ text, line }) => wide(line, text))
}

function wideComments(source: string, texts: readonly Text[]): readonly Violation[] {
  const lines = source.split('\n')
  return texts
    .filter(({ kind }) => kind === 'doc' || kind === 'comment')
    .flatMap(({ text, line }) => text.split('\n').map((_, n) => line + n))
    .map((line) => ({ line, text: lines[line - 1] ?? '' }))
    .filter(({ text }) => tooWide(text) && !/biome-ignore|@ts-/.test(text))
    .map(({ line, text }) => wide(line, text))
}

const wide = (line: number, text: string) => ({
  line,
  words: `${[...text].length} columns → wrap at ${mostColumns}`,
})
