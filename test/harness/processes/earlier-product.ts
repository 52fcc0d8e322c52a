import { execFile, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { withFileLock } from '../../../devstack/run/file-lock.mjs'
import { dataOfOutermostRun, openRun } from '../../../devstack/run/run.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Whether this checkout has the commit, with the dependencies of today. */
export function hasCommit(commit: string): boolean {
  const files = ['package.json', 'package-lock.json']
  return (
    spawnSync('git', ['diff', '--quiet', commit, 'HEAD', '--', ...files], { cwd: root }).status ===
    0
  )
}

/**
 * Builds the product at an earlier commit, like `npm run build`, and returns the path of its
 * `coldsweep.mjs`. The build uses the dependencies of this checkout, so the commit must have the
 * same lock file.
 */
export async function earlierProduct(commit: string): Promise<string> {
  const home = dataOfOutermostRun() ?? openRun().dataFolder
  const folder = join(home, `earlier-${commit}`)
  await withFileLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return
    const draft = `${folder}-draft`
    await rm(draft, { recursive: true, force: true })
    await build(commit, draft)
    await rename(draft, folder)
  })
  return join(folder, 'dist/coldsweep.mjs')
}

const run = promisify(execFile)

async function build(commit: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const archive = `${folder}.tar`
  await run('git', ['archive', '--output', archive, commit], { cwd: root })
  await run('tar', ['--extract', '--file', archive, '--directory', folder])
  await rm(archive)
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'))
  const tsc = join(root, 'node_modules/.bin/tsc')
  await run(tsc, ['-p', join(folder, 'tsconfig.build.json'), '--noCheck'])
  await run(process.execPath, [join(folder, 'dist/adapters/temporal/finish-build.js')])
  await writeFile(join(folder, 'dist/coldsweep.mjs'), entry)
}

/** `cli/coldsweep.mjs` would run the TypeScript, because this checkout has tsx. */
const entry = `import { run } from './cli/main.js'
process.exitCode = await run(process.argv.slice(2))
setTimeout(() => process.exit(), 2_000).unref()
`
