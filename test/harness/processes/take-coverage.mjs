/**
 * Preloaded into a built scanner or worker (`node --import`). On SIGUSR2 it appends one line to the
 * file that COVERAGE_FILE names: a JSON array of the product's source files in which a function ran
 * since the last SIGUSR2. Workflow code is measured if it runs in the main thread
 * (TEMPORAL_DEBUG=1).
 */
import { appendFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'

const product = `${pathToFileURL(dirname(process.argv[1]))}/`
const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })

process.on('SIGUSR2', async () => {
  const { result } = await session.post('Profiler.takePreciseCoverage')
  const files = new Set(result.flatMap(filesThatRan))
  appendFileSync(process.env.COVERAGE_FILE, `${JSON.stringify([...files].sort())}\n`)
})

function filesThatRan({ url, functions }) {
  if (!url.startsWith(product)) return []
  if (url === `${product}workflow-bundle.js`) return modulesThatRan(functions)
  return functions.some(ran) ? [url.slice(product.length).replace(/\.js$/, '.ts')] : []
}

/** In the bundle, a module's functions follow a function that has the file's path as its name. */
function modulesThatRan(functions) {
  let file
  const files = []
  for (const each of functions) {
    if (each.functionName.startsWith('./')) file = each.functionName.slice(2)
    else if (file?.endsWith('.ts') && ran(each)) files.push(file)
  }
  return files
}

/** Ignores the function at offset 0: it is the module itself, which runs when it is loaded. */
function ran({ ranges: [whole] }) {
  return whole.startOffset > 0 && whole.count > 0
}
