import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { root, runTool } from './run-tool.ts'

const commitlint = (message: string) => runTool('commitlint', [], { input: message })

test('commitlint accepts a commit message with type, scope and subject', () => {
  expect(commitlint('feat(scanner): rewind to the fork point on a reorg')).toMatchObject({
    status: 0,
  })
})

test.each(['Fixed stuff', 'feat(scanner): Rewind to the fork point.', 'feature(scanner): rewind'])(
  'commitlint rejects the commit message "%s"',
  (message) => {
    expect(commitlint(message).status).toBe(1)
  },
)

test('commitlint accepts a subject of 72 characters and rejects a subject of 73', () => {
  const subject = (length: number) => 'feat(scanner): '.padEnd(length, 'rewind ').trimEnd()
  expect(subject(72)).toHaveLength(72)
  expect(commitlint(subject(72)).status).toBe(0)
  expect(commitlint(subject(73))).toMatchObject({ status: 1 })
})

test('the hooks that lefthook installs are well-formed', () => {
  expect(runTool('lefthook', ['validate']).status).toBe(0)
})

test('knip reports an unused file, an unused export and an unused package', () => {
  const house = mkdtempSync(join(tmpdir(), 'coldsweep-knip-'))
  onTestFinished(() => rmSync(house, { recursive: true }))
  for (const name of ['knip.json', 'package.json'])
    copyFileSync(join(root, name), join(house, name))
  for (const room of ['scanner', 'domain']) mkdirSync(join(house, room))
  const write = (file: string, text: string) => writeFileSync(join(house, file), text)
  write('tsconfig.json', '{ "compilerOptions": { "module": "NodeNext" } }')
  write(
    'scanner/main.ts',
    "import { used } from '../domain/used.ts'\nexport const run = () => used\n",
  )
  write('domain/used.ts', 'export const used = 1\nexport const idle = 2\n')
  write('domain/forgotten.ts', 'export const forgotten = 1\n')
  const { stdout } = runTool('knip', ['--reporter', 'json', '--no-exit-code'], { cwd: house })
  const { issues } = JSON.parse(stdout) as { issues: { file: string; [kind: string]: unknown }[] }
  const of = (file: string) => issues.find((issue) => issue.file === file)
  expect(of('domain/used.ts')).toMatchObject({ exports: [{ name: 'idle' }] })
  expect(JSON.stringify(of('domain/forgotten.ts'))).toContain('forgotten')
  expect(JSON.stringify(of('package.json'))).toContain('viem')
  expect(of('scanner/main.ts')).toBeUndefined()
})
