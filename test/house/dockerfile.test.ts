import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root, runTool } from './run-tool.ts'

const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')
const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n')
const lines = (instruction: string) =>
  [...dockerfile.matchAll(new RegExp(`^${instruction} (.*)$`, 'gm'))].map(([, rest]) => rest ?? '')

test('each stage starts from one slim Node image at a full version', () => {
  const images = lines('FROM').map((image) => image.split(' ')[0])
  expect(new Set(images).size).toBe(1)
  expect(images[0]).toMatch(/^node:22\.\d+\.\d+-\w+-slim$/)
})

test('the image runs as the user node and has a health check', () => {
  expect(lines('USER')).toEqual(['node'])
  expect(dockerfile).toMatch(/^HEALTHCHECK [\s\S]*\/healthz/m)
})

test('the entry point of the image exists', () => {
  const [, file] = JSON.parse(lines('ENTRYPOINT')[0] ?? '[]') as string[]
  expect(existsSync(join(root, file ?? ''))).toBe(true)
})

test('the image excludes keys, the yaml with API keys, and files built elsewhere', () => {
  expect(ignored).toEqual(
    expect.arrayContaining(['.env', 'coldsweep.yaml', 'secrets', 'node_modules', 'dist', '.git']),
  )
})

test('the build omits tests and the devstack, and contains cli/main.ts, which the command loads', () => {
  const { stdout } = runTool('tsc', ['-p', 'tsconfig.build.json', '--listFilesOnly'])
  const files = stdout
    .split('\n')
    .filter((file) => file.startsWith(root) && !file.includes('node_modules'))
    .map((file) => file.slice(root.length))
  expect(files).toContain('cli/main.ts')
  expect(files.filter((file) => /^(test|devstack|bench)\//.test(file))).toEqual([])
})
