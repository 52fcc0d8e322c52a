import { execFile } from 'node:child_process'
import { copyFile, cp, symlink, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { workflowBundlePath } from '../../adapters/temporal/workflow-bundle.ts'
import { openRun } from '../../devstack/run.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const entry = fileURLToPath(new URL('./crashing-process.ts', import.meta.url))

let built: Promise<string> | undefined

/**
 * crashing-process.ts as `npm run build` would make it, once for each test process: started many times, it costs half of what
 * TypeScript does. It goes with this process.
 */
export function builtEntry(): Promise<string> {
  built ??= build(openRun().makeFolder('built'))
  return built
}

async function build(folder: string): Promise<string> {
  const config = join(folder, 'tsconfig.json')
  await writeFile(
    config,
    JSON.stringify({
      extends: join(root, 'tsconfig.build.json'),
      compilerOptions: {
        outDir: folder,
        rootDir: root,
        // Types were checked by `npm run check`.
        noCheck: true,
        typeRoots: [join(root, 'node_modules/@types')],
      },
      files: [entry],
      include: [],
      exclude: [],
    }),
  )
  await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', config])
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  // What the compiler leaves behind, as adapters/temporal/finish-build.ts adds it.
  await cp(join(root, 'drizzle/migrations'), join(folder, 'drizzle/migrations'), {
    recursive: true,
  })
  await copyFile(await workflowBundlePath(), join(folder, 'workflow-bundle.js'))
  return join(folder, relative(root, entry).replace(/\.ts$/, '.js'))
}
