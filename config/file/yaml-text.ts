import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { SettingError } from '../schema/config-error.ts'

/**
 * A parsed yaml text. It knows the line of each value, so that an error can point into the file.
 */
export interface YamlText {
  readonly value: unknown
  readonly errors: readonly SettingError[]
  lineOf(path: readonly PropertyKey[]): number | undefined
}

/**
 * Parses yaml without throwing. Syntax errors and unresolvable aliases are returned in `errors`.
 */
export function parseYamlText(text: string): YamlText {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const errors = document.errors.map((error) => ({
    path: 'the file',
    problem: `invalid yaml: ${error.message}`,
    fix: 'check indentation and quotes at that line',
    line: lines.linePos(error.pos[0]).line,
  }))
  const read = errors.length === 0 ? readValues(document) : { value: undefined, errors }
  return {
    ...read,
    lineOf(path) {
      const offset = offsetOf(document.contents, path)
      return offset === undefined ? undefined : lines.linePos(offset).line
    },
  }
}

/**
 * Converts the document to plain values and resolves its aliases. Only this conversion detects an
 * alias without an anchor, and an alias bomb (nested aliases that expand to huge data).
 */
function readValues(document: Document): Pick<YamlText, 'value' | 'errors'> {
  try {
    return { value: document.toJS(), errors: [] }
  } catch (error) {
    const problem = `unresolvable alias: ${(error as Error).message}`
    const fix = 'replace the alias (*name) with the value'
    return { value: undefined, errors: [{ path: 'the file', problem, fix }] }
  }
}

/**
 * Returns the offset of the value at a path. For a missing key it returns the offset of the map
 * that lacks the key.
 */
function offsetOf(root: unknown, path: readonly PropertyKey[]): number | undefined {
  let node = root
  let offset: number | undefined
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step)
      if (pair === undefined) return offset
      if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset
      node = pair.value
    } else if (isSeq(node)) {
      node = node.items[Number(step)]
      if (isMap(node) || isScalar(node) || isSeq(node)) offset = node.range?.[0] ?? offset
    } else return offset
  }
  return offset
}
