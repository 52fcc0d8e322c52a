import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Node } from 'typescript/unstable/ast'
import { API, type Project, type Symbol as TypeSymbol } from 'typescript/unstable/sync'
import { root } from '../run-tool.ts'

/** The product's TypeScript, without tests and devstack, as the compiler sees it. */
export interface Compiler {
  /** Members of an exported union type, sorted. A template type is written as `sweep ${string}`. */
  union(exportName: string): readonly string[]
  /** Names of the members of an exported interface, sorted. */
  members(exportName: string): readonly string[]
  /** Visits every node of the files whose text contains one of the words. */
  visit(words: readonly string[], visitor: (node: Node) => void): void
  readonly project: Project
  close(): void
}

export function openCompiler(): Compiler {
  const api = new API({ cwd: root })
  const config = join(root, 'tsconfig.build.json')
  const project = api.updateSnapshot({ openProjects: [config] }).getProject(config)
  if (project === undefined) throw new Error(`the compiler did not open ${config}`)
  const { program, checker } = project
  const files = program
    .getSourceFileNames()
    .filter((file) => file.startsWith(root) && !file.includes('/node_modules/'))
    .map((file) => ({ file, text: readFileSync(file, 'utf8') }))

  const exported = (name: string): TypeSymbol => {
    const found = files
      .filter(({ text }) => new RegExp(`^export (type|interface) ${name}\\b`, 'm').test(text))
      .flatMap(({ file }) => {
        const source = program.getSourceFile(file)
        const module = source && checker.getSymbolAtLocation(source)
        return module === undefined
          ? []
          : checker.getExportsOfModule(module).filter((symbol) => symbol.name === name)
      })
    const [only, ...others] = found
    if (only === undefined || others.length > 0) {
      throw new Error(`${found.length} exported types are named ${name}; expected one`)
    }
    return only
  }

  return {
    project,
    union(name) {
      const type = checker.getDeclaredTypeOfSymbol(exported(name))
      const parts = type.isUnionType() ? type.getTypes() : [type]
      return parts
        .map((part) =>
          part.isStringLiteralType() ? part.value : checker.typeToString(part).replaceAll('`', ''),
        )
        .sort()
    },
    members(name) {
      const type = checker.getDeclaredTypeOfSymbol(exported(name))
      return checker
        .getPropertiesOfType(type)
        .map((symbol) => symbol.name)
        .sort()
    },
    visit(words, visitor) {
      const walk = (node: Node): void => {
        visitor(node)
        node.forEachChild((child) => {
          walk(child)
        })
      }
      for (const { file, text } of files) {
        if (!words.some((word) => text.includes(word))) continue
        const source = program.getSourceFile(file)
        if (source !== undefined) walk(source)
      }
    },
    close: () => api.close(),
  }
}
