import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { expect, test } from 'vitest'
import { buildProgram } from '../../cli/program.ts'
import { exitCodes } from '../../cli/session/outcome.ts'
import { environmentNames, secretNames } from '../../config/env/env-schema.ts'
import { schemaKeys } from '../../config/file/schema-errors.ts'
import { fileSchema } from '../../config/schema/file-schema.ts'
import { searchAttributeNames, signalNames, stateQueryName } from '../../workflows/contract.ts'
import { root } from './run-tool.ts'

const pageOf = (name: string) => readFileSync(join(root, 'docs', name), 'utf8')
const configuration = pageOf('configuration.md')
const cli = pageOf('cli.md')
const operating = pageOf('operating.md')

const blocks = /```\w*\n([\s\S]*?)```/g
const codesOf = (page: string) =>
  [...page.replace(blocks, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)
const linesOf = (page: string) =>
  [...page.matchAll(blocks)].flatMap(([, block = '']) => block.split('\n'))
const words = new Set(codesOf(configuration).flatMap((code) => code.split(/[^\w]+/)))

test.each([
  [],
  ['chains', 0],
  ['chains', 0, 'finality'],
  ['chains', 0, 'gasKeeper'],
  ['chains', 0, 'gas'],
  ['chains', 0, 'native'],
  ['chains', 0, 'tokens', 0],
  ['timers'],
  ['limits'],
])('docs/configuration.md explains every key of the yaml at %j', (...path) => {
  const keys = schemaKeys(fileSchema, path)
  expect(keys.length).toBeGreaterThan(1)
  for (const key of keys) expect(words, key).toContain(key)
})

test('docs/configuration.md explains every variable of the environment', () => {
  for (const name of environmentNames) expect(words).toContain(name)
})

test('docs/configuration.md marks exactly the variables that can be read from a file', () => {
  const marked = [...configuration.matchAll(/`([A-Z_]+)`\*/g)].map(([, name]) => name)
  expect(marked.sort()).toEqual([...secretNames].sort())
})

const program = buildProgram(async () => {}, {})
const leaves = leavesOf(program)

function leavesOf(command: Command, path = 'coldsweep'): { path: string; command: Command }[] {
  if (command.commands.length === 0) return [{ path, command }]
  return command.commands.flatMap((it) => leavesOf(it, `${path} ${it.name()}`))
}

test('every verb that the pages name exists, and docs/cli.md has every verb', () => {
  const known = program.commands.map((command) => command.name())
  const verbOf = (code: string) =>
    /(?:^coldsweep|^.*\bnode cli\/coldsweep\.mjs) (\w+(?:-\w+)*)/.exec(code)?.[1] ?? []
  const named = [cli, operating, configuration]
    .flatMap((page) => [...codesOf(page), ...linesOf(page)])
    .flatMap(verbOf)
  for (const verb of named) expect(known).toContain(verb)
  expect([...new Set(codesOf(cli).flatMap(verbOf))].sort()).toEqual([...known].sort())
})

const orderOptions = ['--operator', '--reason']

test.each(leaves)('docs/cli.md has one row for "$path", with every option', ({ path, command }) => {
  const rows = cli.split('\n').filter((line) => new RegExp(`^\\| \`${path}[ \`]`).test(line))
  expect(rows).toHaveLength(1)
  const options = command.options.flatMap(({ long }) => long ?? [])
  const named = new Set(rows[0]?.match(/--[a-z]+(?:-[a-z]+)*/g))
  const isOrder = options.includes('--operator')
  expect(rows[0]?.split('|')[1]?.includes('…')).toBe(isOrder)
  const expected = options.filter((option) => !orderOptions.includes(option))
  expect(expected.filter((option) => !named.has(option))).toEqual([])
  const known = new Set([
    ...options,
    ...leaves.flatMap(({ command: it }) => it.options).map(({ long }) => long),
  ])
  expect([...named].filter((option) => !known.has(option))).toEqual([])
})

test('docs/cli.md has a row for every exit code', () => {
  const rows = [...cli.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
  expect(rows).toEqual(Object.values(exitCodes).sort((a, b) => a - b))
})

test('docs/cli.md contains the names of the signal, query and search attribute of the workflows', () => {
  const codes = codesOf(cli)
  expect(codes.some((code) => code.includes(`--name ${signalNames.retryNow} `))).toBe(true)
  expect(codes.some((code) => code.endsWith(`--type ${stateQueryName}`))).toBe(true)
  expect(cli).toContain(`${searchAttributeNames.sweepState} = 'needs-attention'`)
})
