import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { copyFile, cp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { workflowBundlePath } from '../../../adapters/temporal/workflow-bundle.ts'
import { withFileLock } from '../../../devstack/run/file-lock.mjs'
import { dataOfOutermostRun, openRun } from '../../../devstack/run/run.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const entries = [
  new URL('../../../cli/main.ts', import.meta.url),
  new URL('./crashing-process.ts', import.meta.url),
]

let built: Promise<string> | undefined

/**
 * Builds the product like `npm run build`, with the entry files of the tests, and returns the
 * folder. A built process starts in half the time of a TypeScript process. The product is built
 * once for each run of the tests, and its folder is removed with the run's folder.
 */
export function builtProduct(): Promise<string> {
  built ??= once()
  return built
}

async function once(): Promise<string> {
  const home = dataOfOutermostRun() ?? openRun().dataFolder
  const folder = join(home, 'built')
  await withFileLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return
    const draft = `${folder}-draft`
    // A killed test may have left a partial build.
    await rm(draft, { recursive: true, force: true })
    await build(draft)
    await rename(draft, folder)
  })
  return folder
}

async function build(folder: string): Promise<void> {
  const config = `${folder}.json`
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
      files: entries.map((url) => fileURLToPath(url)),
      include: [],
      exclude: [],
    }),
  )
  await promisify(execFile)(join(root, 'node_modules/.bin/tsc'), ['-p', config])
  await writeFile(join(folder, 'package.json'), '{"type":"module"}')
  await writeFile(join(folder, 'coldsweep.mjs'), entry)
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  // Files that tsc does not emit, as adapters/temporal/finish-build.ts adds them.
  await cp(join(root, 'drizzle/migrations'), join(folder, 'drizzle/migrations'), {
    recursive: true,
  })
  await copyFile(await workflowBundlePath(), join(folder, 'workflow-bundle.js'))
}

/** The same code as at the end of cli/coldsweep.mjs. */
const entry = `import { run } from './cli/main.js'
process.exitCode = await run(process.argv.slice(2))
setTimeout(() => process.exit(), 2_000).unref()
`
