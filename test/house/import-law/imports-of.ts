import { parseSync, Visitor } from 'oxc-parser'

/** Returns the modules that a source file names in imports, re-exports, and `import()`. */
export function importsOf(file: string, text: string): readonly string[] {
  const found = new Set<string>()
  const { program, errors } = parseSync(file, text)
  if (errors[0]) throw new Error(`${file}: ${errors[0].message}`)
  const add = (node: { readonly value?: unknown } | null | undefined) => {
    if (typeof node?.value === 'string') found.add(node.value)
  }
  new Visitor({
    ImportDeclaration: ({ source }) => add(source),
    ExportNamedDeclaration: ({ source }) => add(source),
    ExportAllDeclaration: ({ source }) => add(source),
    ImportExpression: ({ source }) => add(source as { readonly value?: unknown }),
    TSImportType: ({ source }) => add(source),
  }).visit(program)
  return [...found]
}
