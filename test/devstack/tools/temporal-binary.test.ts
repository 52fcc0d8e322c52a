import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openRun, type Run } from '../../../devstack/run/run.ts'
import { findTemporal } from '../../../devstack/tools/temporal-binary.ts'
import { type FakePrograms, fakePrograms } from '../../harness/processes/fake-programs.ts'

let programs: FakePrograms
let run: Run

beforeEach(() => {
  programs = fakePrograms()
  run = openRun()
})

afterEach(async () => {
  await run.close()
  programs.remove()
})

const versionScript = (version: string) =>
  `echo 'temporal version 1.0.0 (Server ${version}, UI 2.0.0)'`

test('a TEMPORAL_CLI_PATH with an old server is an error that names both versions', async () => {
  const path = programs.write(join(programs.folder, 'temporal'), versionScript('1.28.0'))
  const found = findTemporal(run, { ...programs.env, TEMPORAL_CLI_PATH: path }, () => {})
  await expect(found).rejects.toThrow(
    /temporal is no Temporal CLI with a server of 1.29 or later.*1\.28\.0/,
  )
})

test('findTemporal returns a binary in PATH with Server 1.29 or later', async () => {
  const path = programs.inPath('temporal', versionScript('1.30.4'))
  const found = await findTemporal(run, programs.env, () => {})
  expect(found).toEqual({ path, version: 'Server 1.30.4', from: 'installed' })
})

test('findTemporal ignores an older binary in PATH, and two concurrent calls build one binary into the cache', async () => {
  programs.inPath('temporal', versionScript('1.26.2'))
  programs.goThatBuilds('temporal', versionScript('1.29.1'))
  const said: string[] = []
  const find = () => findTemporal(run, programs.env, (line) => said.push(line))
  const found = await Promise.all([find(), find()])
  const path = join(programs.folder, 'coldsweep', 'temporal-v1.5.1')
  expect(found.map((one) => one?.path)).toEqual([path, path])
  expect(found.map((one) => one?.from).sort()).toEqual(['built', 'cached'])
  expect(programs.asked()).toBe('install github.com/temporalio/cli/cmd/temporal@v1.5.1\n')
  expect(said.join('\n')).toContain('1.26.2')
  expect(existsSync(join(programs.folder, 'coldsweep', 'tmp', 'temporal'))).toBe(false)
})
