import { type Comment, parseSync, Visitor, type VisitorObject } from 'oxc-parser'

type Node =
  | Parameters<NonNullable<VisitorObject['Literal']>>[0]
  | Parameters<NonNullable<VisitorObject['TemplateLiteral']>>[0]
  | Parameters<NonNullable<VisitorObject['CallExpression']>>[0]['callee']
  | Parameters<NonNullable<VisitorObject['CallExpression']>>[0]['arguments'][number]

/** One piece of prose. `line` is the line of its first character, counted from 1. */
export type Text = {
  readonly kind: 'doc' | 'comment' | 'log' | 'title' | 'string' | 'markdown'
  readonly text: string
  readonly line: number
}

const levels = new Set(['debug', 'info', 'warn', 'error', 'fatal'])
const runners = new Set(['describe', 'it', 'test', 'bench'])
const variants =
  /^(each|for|skip|skipIf|runIf|only|todo|fails|concurrent|sequential|shuffle|extend)$/

/** Returns the comments, log messages, test titles and sentences in strings of a TypeScript file. */
export function textsOf(file: string, source: string): readonly Text[] {
  const { program, comments, errors } = parseSync(file, source)
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`)
  const lineAt = lineIndex(source)
  const found: Text[] = proseOf(comments, source, lineAt)
  const seen = new Set<number>()
  const add = (kind: Text['kind'], node: unknown) => {
    const text = literalText(node as Node)
    const { start } = node as { start: number }
    if (text === undefined || seen.has(start)) return
    seen.add(start)
    if (kind !== 'string' || /\w \w/.test(text)) found.push({ kind, text, line: lineAt(start) })
  }
  new Visitor({
    CallExpression: ({ callee, arguments: given }) => {
      if (isLogCall(callee)) {
        const message = given.slice(0, 2).find((node) => literalText(node) !== undefined)
        if (message) add('log', message)
      } else if (runners.has(rootName(callee) ?? '') && given[0]) add('title', given[0])
    },
    TaggedTemplateExpression: ({ quasi }) => {
      seen.add(quasi.start)
    },
    ImportDeclaration: ({ source: from }) => {
      seen.add(from.start)
    },
    Literal: (node) => add('string', node),
    TemplateLiteral: (node) => add('string', node),
  }).visit(program)
  return found
}

/** Joins line comments on consecutive lines to one text. */
function proseOf(
  comments: readonly Comment[],
  source: string,
  lineAt: (offset: number) => number,
): Text[] {
  const found: (Text & { end: number })[] = []
  for (const { type, value, start, end } of comments) {
    const last = found.at(-1)
    if (type === 'Block') {
      const kind = value.startsWith('*') ? 'doc' : 'comment'
      const text = value.replace(/^\*/, ' ').replace(/^[ \t]*\*/gm, '')
      found.push({ kind, text, line: lineAt(start), end })
    } else if (last?.kind === 'comment' && /^\s*\n\s*$/.test(source.slice(last.end, start)))
      found[found.length - 1] = { ...last, text: `${last.text}\n${value}`, end }
    else found.push({ kind: 'comment', text: value, line: lineAt(start), end })
  }
  return found
}

/** Returns the text of a literal. Each inserted value of a template becomes `$`. */
function literalText(node: Node): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined
  if (node.type !== 'TemplateLiteral') return undefined
  return node.quasis.map(({ value }) => value.cooked ?? value.raw).join('$')
}

function isLogCall(callee: Node): boolean {
  if (callee.type !== 'MemberExpression' || callee.computed) return false
  const { object, property } = callee
  if (property.type !== 'Identifier' || !levels.has(property.name)) return false
  if (object.type === 'Identifier') return /^log(ger)?$/i.test(object.name)
  return (
    object.type === 'MemberExpression' &&
    object.property.type === 'Identifier' &&
    /^log(ger)?$/.test(object.property.name)
  )
}

/** Returns the function at the root of a call: `it` for `it.each(rows)('…')` and `it.skipIf(…)`. */
function rootName(callee: Node): string | undefined {
  if (callee.type === 'Identifier') return callee.name
  if (callee.type === 'MemberExpression') {
    const { property } = callee
    const isVariant = property.type === 'Identifier' && variants.test(property.name)
    return isVariant ? rootName(callee.object) : undefined
  }
  if (callee.type === 'CallExpression') return rootName(callee.callee)
  if (callee.type === 'TaggedTemplateExpression') return rootName(callee.tag)
  return undefined
}

/** Returns a function that maps an offset in the source to its line, counted from 1. */
export function lineIndex(source: string): (offset: number) => number {
  const starts = [0]
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) {
    starts.push(at + 1)
  }
  return (offset) => {
    let [low, high] = [0, starts.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle
    }
    return low + 1
  }
}
