import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, posix } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Expression, parseSync, Visitor } from 'oxc-parser'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { sourceFiles } from './import-law/source-files.ts'
import { root, runTool } from './run-tool.ts'

/** A path that a source file names relative to itself: `new URL('../x', import.meta.url)`. */
interface OwnPath {
  readonly file: string
  /** From the repository's root. */
  readonly target: string
}

const scripts = ['cli/coldsweep.mjs', 'devstack/boot.mjs']
/** Files that exist only after a build. The entry point checks whether they exist. */
const optional = new Set(['dist/cli/main.js'])

const ownPaths = [...sourceFiles(), ...scripts].flatMap(ownPathsOf)
const isBuilt = ({ file }: OwnPath) => file.endsWith('.ts') && !file.startsWith('devstack/')

function ownPathsOf(file: string): readonly OwnPath[] {
  const { program } = parseSync(file, readFileSync(join(root, file), 'utf8'))
  const found: OwnPath[] = []
  new Visitor({
    NewExpression({ callee, arguments: [path, base] }) {
      if (callee.type !== 'Identifier' || callee.name !== 'URL') return
      if (base?.type !== 'MemberExpression' || base.object.type !== 'MetaProperty') return
      const target = posix.join(posix.dirname(file), literalOf(path as Expression))
      found.push({ file, target: target.replace(/\/$/, '') })
    },
  }).visit(program)
  return found
}

/** Returns the text of a literal, or the folder in the fixed beginning of a template. */
function literalOf(path: Expression | undefined): string {
  if (path?.type === 'Literal') return String(path.value)
  if (path?.type !== 'TemplateLiteral') throw new Error('a path of its own must be a literal')
  return (path.quasis[0]?.value.raw ?? '').replace(/[^/]*$/, '')
}

/** A temporary folder that contains the built product. */
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldsweep-build-'))
  for (const name of ['node_modules', 'package.json', 'drizzle'])
    symlinkSync(join(root, name), join(folder, name))
  const dist = join(folder, 'dist')
  const built = runTool('tsc', ['-p', 'tsconfig.build.json', '--noCheck', '--outDir', dist])
  if (built.status !== 0) throw new Error(built.stdout)
  const finish = ownPaths.find(({ file }) => file.endsWith('/finish-build.ts'))?.file ?? ''
  run(join(dist, finish.replace(/\.ts$/, '.js')))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

function run(...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return stdout.trim()
}

it.each(ownPaths)('in a checkout the path from $file to $target exists', ({ target }) => {
  expect(optional.has(target) || existsSync(join(root, target))).toBe(true)
})

it.each(ownPaths.filter(isBuilt))(
  'in a build the path from $file to $target exists',
  ({ target }) => {
    expect(existsSync(join(folder, 'dist', target))).toBe(true)
  },
)

it('the built worker finds the built workflow bundle, and the built command prints its version', () => {
  const path = (name: string) => pathToFileURL(join(folder, 'dist', name)).href
  const script = `const { workflowBundlePath } = await import('${path('adapters/temporal/workflow-bundle.js')}')
    console.log(await workflowBundlePath())`
  expect(run('--input-type=module', '-e', script)).toBe(join(folder, 'dist/workflow-bundle.js'))
  const main = `const { run } = await import('${path('cli/main.js')}')
    process.exitCode = await run(['--version'])`
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string
  }
  expect(run('--input-type=module', '-e', main)).toContain(version)
})
