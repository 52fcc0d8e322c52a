import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openRun, type Run } from '../../../devstack/run/run.ts'
import { acceptWithoutGeth, findGeth } from '../../../devstack/tools/geth-binary.ts'
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

const versionScript = (version: string) => `printf 'Geth\\nVersion: ${version}-stable\\n'`

test('a GETH_PATH with another minor version is an error that names both versions', async () => {
  const path = programs.write(join(programs.folder, 'geth'), versionScript('1.16.4'))
  const found = findGeth(run, { ...programs.env, GETH_PATH: path }, () => {})
  await expect(found).rejects.toThrow(/geth is not geth 1\.17: Geth Version: 1\.16\.4/)
})

test('findGeth builds geth once with Go, and later calls return the cached binary', async () => {
  programs.goThatBuilds('geth', `echo Version: 1.17.10-stable`)
  const find = () => findGeth(run, programs.env, () => {})
  const path = join(programs.folder, 'coldsweep', 'geth-v1.17.10')
  expect(await find()).toEqual({ path, version: '1.17.10-stable', from: 'built' })
  expect(await find()).toEqual({ path, version: '1.17.10-stable', from: 'cached' })
  expect(programs.asked()).toBe('install github.com/ethereum/go-ethereum/cmd/geth@v1.17.10\n')
})

test('a failed build is an error, in CI and elsewhere', async () => {
  programs.inPath('go', 'echo no module >&2; exit 1')
  await expect(findGeth(run, programs.env, () => {})).rejects.toThrow(/go install ended with 1/)
})

test('without Go the tests on a real node are skipped with a message, and fail in CI', () => {
  const here = { go: undefined, reasons: [] }
  expect(acceptWithoutGeth({ ...here, ci: false })).toMatch(
    /^tests on a real node are skipped: install Go .* GETH_PATH/,
  )
  expect(() => acceptWithoutGeth({ ...here, ci: true })).toThrow(
    /^CI runs the tests on a real node/,
  )
})
