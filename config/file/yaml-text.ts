import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import type { Fault } from '../schema/fault.ts'

/**
 * A yaml text with its values and with the line of each, so that a fault can point into the file.
 */
export interface YamlText {
  readonly value: unknown
  readonly faults: readonly Fault[]
  lineOf(path: readonly PropertyKey[]): number | undefined
}

export function parseYamlText(text: string): YamlText {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const faults = document.errors.map((error) => ({
    path: 'the file',
    problem: `is not yaml: ${error.message}`,
    fix: 'mend the text at that line; indentation and quotes are the usual causes',
    line: lines.linePos(error.pos[0]).line,
  }))
  const read = faults.length === 0 ? readValues(document) : { value: undefined, faults }
  return {
    ...read,
    lineOf(path) {
      const offset = offsetOf(document.contents, path)
      return offset === undefined ? undefined : lines.linePos(offset).line
    },
  }
}

/**
 * Aliases are followed here: to an anchor that is not there, or as a bomb of them, only now they
 * turn out to be wrong.
 */
function readValues(document: Document): Pick<YamlText, 'value' | 'faults'> {
  try {
    return { value: document.toJS(), faults: [] }
  } catch (error) {
    const problem = `has an alias that can't be followed: ${(error as Error).message}`
    const fix = 'write the value itself in the place of its alias (*name)'
    return { value: undefined, faults: [{ path: 'the file', problem, fix }] }
  }
}

/** Where a path stands; for a missing key, where the map stands that should have it. */
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
