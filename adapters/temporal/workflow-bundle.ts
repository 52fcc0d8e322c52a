import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode } from '@temporalio/worker'

const root = new URL('../../', import.meta.url)
const sources = ['workflows', 'domain'] as const

/**
 * Returns the path of the workflow bundle that a worker loads. A build has the bundle next to its
 * compiled code. In a checkout this function makes the bundle and caches it by the hash of its
 * sources, so that a restarted worker starts quickly.
 */
export async function workflowBundlePath(): Promise<string> {
  const built = fileURLToPath(new URL('workflow-bundle.js', root))
  if (existsSync(built)) return built
  const folder = fileURLToPath(new URL('node_modules/.cache/coldsweep/', root))
  const path = `${folder}workflows-${hashOfSources(sources.map((name) => new URL(`${name}/`, root)))}.js`
  if (existsSync(path)) return path
  const code = await bundleWorkflows()
  mkdirSync(folder, { recursive: true })
  // The file is written atomically, because another worker may be reading it.
  writeFileSync(`${path}.${process.pid}`, code)
  renameSync(`${path}.${process.pid}`, path)
  return path
}

/** Bundles coldsweep's workflows, or the given entry file, and returns the bundle's code. */
export async function bundleWorkflows(workflowsPath = ourWorkflows()): Promise<string> {
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: silent })
  return code
}

function ourWorkflows(): string {
  const found = ['index.ts', 'index.js']
    .map((name) => fileURLToPath(new URL(`workflows/${name}`, root)))
    .find((path) => existsSync(path))
  if (!found) throw new Error('no workflows/index next to this code: the build is incomplete')
  return found
}

/** Drops webpack's progress lines; its errors are exceptions. */
const silent = {
  log() {},
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
}

/**
 * Returns one hash over the SDK's version and over the path and text of every TypeScript file in
 * the folders and their subfolders.
 * @param folders URLs that end with a slash
 */
export function hashOfSources(folders: readonly URL[]): string {
  const hash = createHash('sha256')
  const { version } = createRequire(import.meta.url)('@temporalio/worker/package.json') as {
    version: string
  }
  hash.update(version)
  for (const folder of folders) {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    for (const name of names.filter((it) => it.endsWith('.ts')).sort()) {
      hash.update(`\0${name}\0`).update(readFileSync(new URL(name, folder)))
    }
  }
  return hash.digest('hex').slice(0, 16)
}
