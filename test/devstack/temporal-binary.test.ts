import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openRun, type Run } from '../../devstack/run.ts'
import { findTemporal } from '../../devstack/services/temporal-binary.ts'

let folder: string
let run: Run

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coldsweep-test-'))
  mkdirSync(join(folder, 'bin'))
  run = openRun()
})

afterEach(async () => {
  await run.close()
  rmSync(folder, { recursive: true, force: true })
})

function program(path: string, body: string): string {
  writeFileSync(path, `#!/bin/sh\n${body}\n`)
  chmodSync(path, 0o755)
  return path
}

const versionScript = (version: string) =>
  `echo 'temporal version 1.0.0 (Server ${version}, UI 2.0.0)'`

function environment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  return { XDG_CACHE_HOME: folder, PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, ...more }
}

/** A Go toolchain that takes a moment to "build" and notes each time it is asked. */
function goThatBuilds(version: string): void {
  program(
    join(folder, 'bin', 'go'),
    `echo "$@" >> ${folder}/asked
     sleep 0.3
     printf '#!/bin/sh\\n%s\\n' "${versionScript(version)}" > $GOBIN/temporal && chmod 755 $GOBIN/temporal`,
  )
}

test('a TEMPORAL_CLI_PATH that is set and too old is an error that names both', async () => {
  const path = program(join(folder, 'temporal'), versionScript('1.28.0'))
  const found = findTemporal(run, environment({ TEMPORAL_CLI_PATH: path }), () => {})
  await expect(found).rejects.toThrow(
    /temporal is no Temporal CLI with a server of 1.29 or later.*1\.28\.0/,
  )
})

test('one in PATH is taken from Server 1.29 on', async () => {
  const path = program(join(folder, 'bin', 'temporal'), versionScript('1.30.4'))
  const found = await findTemporal(run, environment(), () => {})
  expect(found).toEqual({ path, version: 'Server 1.30.4', from: 'installed' })
})

test('an older one in PATH is passed over, and two runs at once build one and keep it in the cache', async () => {
  program(join(folder, 'bin', 'temporal'), versionScript('1.26.2'))
  goThatBuilds('1.29.1')
  const said: string[] = []
  const find = () => findTemporal(run, environment(), (line) => said.push(line))
  const found = await Promise.all([find(), find()])
  const path = join(folder, 'coldsweep', 'temporal-v1.5.1')
  expect(found.map((one) => one?.path)).toEqual([path, path])
  expect(found.map((one) => one?.from).sort()).toEqual(['built', 'cached'])
  expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe(
    'install github.com/temporalio/cli/cmd/temporal@v1.5.1\n',
  )
  expect(said.join('\n')).toContain('1.26.2')
  expect(existsSync(join(folder, 'coldsweep', 'tmp', 'temporal'))).toBe(false)
})
