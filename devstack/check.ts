// npm run check
//
// Runs every static check of the repository in turn. All checks run even if one check fails. The
// output of a failed check is shown.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

interface Check {
  name: string
  /** A tool in node_modules/.bin and its arguments. */
  command: [tool: string, ...args: string[]]
}

const CHECKS: Check[] = [
  { name: 'lint, format and import law', command: ['biome', 'ci', '--colors=off', '.'] },
  { name: 'types', command: ['tsc', '--noEmit'] },
  { name: 'unused files, exports and dependencies', command: ['knip'] },
]
if (existsSync('drizzle.config.ts')) {
  CHECKS.push({ name: 'migrations', command: ['drizzle-kit', 'check'] })
}

const failed = CHECKS.filter((check) => !isPassed(check))
if (failed.length > 0) {
  console.log(`check failed: ${failed.map(({ name }) => name).join('; ')}`)
  process.exitCode = 1
}

function isPassed({ name, command: [tool, ...args] }: Check): boolean {
  const began = Date.now()
  const { status, stdout, stderr } = spawnSync(`node_modules/.bin/${tool}`, args, {
    encoding: 'utf8',
    maxBuffer: 64 << 20,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NO_COLOR: '1' }, // CI logs show colours as noise
  })
  const seconds = ((Date.now() - began) / 1000).toFixed(1)
  const command = [tool, ...args].join(' ')
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${command}, ${seconds} s)`)
  if (status !== 0) console.log(`${stdout}${stderr}`)
  return status === 0
}
