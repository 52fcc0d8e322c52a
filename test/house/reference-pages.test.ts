import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { buildProgram } from '../../cli/program.ts'
import { environmentNames } from '../../config/env/env-schema.ts'
import { fileSchema } from '../../config/schema/file-schema.ts'
import { schemaKeys } from '../../config/schema/schema-keys.ts'
import { searchAttributeNames, signalNames, stateQueryName } from '../../workflows/contract.ts'
import { root } from './run-tool.ts'

const readme = readFileSync(join(root, 'README.md'), 'utf8')
const blocks = /```\w*\n([\s\S]*?)```/g
const codes = [...readme.replace(blocks, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
const lines = [...readme.matchAll(blocks)].flatMap(([, block = '']) => block.split('\n'))
const words = new Set(codes.flatMap((code) => code.split(/[^\w]+/)))

test.each([
  [],
  ['chains', 0],
  ['chains', 0, 'gasKeeper'],
  ['chains', 0, 'gas'],
  ['timers'],
  ['limits'],
])('the README explains every key of the yaml at %j', (...path) => {
  const keys = schemaKeys(fileSchema, path)
  expect(keys.length).toBeGreaterThan(1)
  for (const key of keys) expect(words, key).toContain(key)
})

test('the README explains every variable of the environment', () => {
  for (const name of environmentNames) expect(words).toContain(name)
})

test('every verb that the README tells to run is known, and every verb is told', () => {
  const known = buildProgram(async () => {}, {}).commands.map((command) => command.name())
  const told = [...codes, ...lines].flatMap(
    (code) => /^(?:npx --no )?coldsweep (\w+(?:-\w+)*)/.exec(code)?.[1] ?? [],
  )
  expect([...new Set(told)].sort()).toEqual([...known].sort())
})

test('what the README tells Temporal is what workflows listen to', () => {
  expect(codes.some((code) => code.includes(`--name ${signalNames.retryNow} `))).toBe(true)
  expect(codes.some((code) => code.endsWith(`--type ${stateQueryName}`))).toBe(true)
  expect(readme).toContain(`${searchAttributeNames.sweepState} = 'needs-attention'`)
})
