#!/usr/bin/env node
// Runs `coldsweep <verb>` from TypeScript where tsx is installed, else from the output of
// `npm run build`.
import { existsSync } from 'node:fs'

// Read before the modules are loaded: the parent may end meanwhile.
const parentPid = process.ppid
process.exitCode = await (await load())(process.argv.slice(2), undefined, parentPid)
// An open handle must not keep a finished command alive. The delay lets pipes drain.
setTimeout(() => process.exit(), 2_000).unref()

async function load() {
  const built = new URL('../dist/cli/main.js', import.meta.url)
  const tsx = await importTsx()
  if (tsx) {
    tsx.register()
    return (await import('./main.ts')).run
  }
  if (existsSync(built)) return (await import(built.href)).run
  console.error(
    'coldsweep is not installed here: run "npm install" (or "npm run build") in its folder',
  )
  process.exit(2)
}

async function importTsx() {
  try {
    return await import('tsx/esm/api')
  } catch (error) {
    if (error.code === 'ERR_MODULE_NOT_FOUND') return undefined
    throw error
  }
}
