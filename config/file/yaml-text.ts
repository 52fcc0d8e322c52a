import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { SettingError } from '../schema/config-error.ts'

/**
 * A parsed yaml text with the line of each value, so that an error can point into the file.
 */
export interface YamlText {
  readonly value: unknown
  readonly errors: readonly SettingError[]
  lineOf(path: readonly PropertyKey[]): number | undefined
}

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
 * Resolves aliases. An alias without an anchor and an alias bomb are detected only here.
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

/** Offset of the value at a path; for a missing key, the offset of the map that lacks it. */
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
