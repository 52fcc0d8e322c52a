import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { buildProgram } from '../../cli/program.ts'
import { environmentNames, secretNames } from '../../config/env/env-schema.ts'
import { keeperKeysIn } from '../../config/env/keeper-keys.ts'
import { root } from './run-tool.ts'

const folder = join(root, 'deploy/systemd')
const units = readdirSync(folder).filter((name) => name.endsWith('.service'))
const textOf = (unit: string) => readFileSync(join(folder, unit), 'utf8')

/** All values of a setting. A setting may occur several times in a unit. */
const valuesOf = (unit: string, key: string) =>
  [...textOf(unit).matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value)

/** The variables that the unit sets, by name. */
const variablesOf = (unit: string) =>
  Object.fromEntries(
    valuesOf(unit, 'Environment')
      .flatMap((line) => line.split(' '))
      .map((pair) => pair.split('=', 2) as [string, string]),
  )

const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0

test('scanner, worker and migrate have a unit each', () => {
  const names = ['scanner', 'worker', 'migrate'].map((verb) => `coldsweep-${verb}.service`)
  expect([...units].sort()).toEqual(names.sort())
})

test('each unit runs as a user of its own, which the sysusers file creates', () => {
  const users = units.flatMap((unit) => valuesOf(unit, 'User'))
  expect(new Set(users).size).toBe(units.length)
  const created = [
    ...readFileSync(join(folder, 'coldsweep.sysusers.conf'), 'utf8').matchAll(/^u (\S+)/gm),
  ].map(([, user]) => user)
  expect([...created].sort()).toEqual([...users].sort())
})

describe.each(units)('%s', (unit) => {
  const verb = /^coldsweep-(\w+)\.service$/.exec(unit)?.[1] ?? ''

  test('runs an existing verb with plain node, so that signals reach the process', () => {
    const verbs = buildProgram(async () => {}, {}).commands.map((command) => command.name())
    expect(verbs).toContain(verb)
    expect(valuesOf(unit, 'ExecStart')).toEqual([
      `/usr/bin/node /opt/coldsweep/cli/coldsweep.mjs ${verb}`,
    ])
  })

  test('sets only variables of the schema, and the key for the worker only', () => {
    const known = ['NODE_ENV', ...environmentNames, ...secretNames.map((name) => `${name}_FILE`)]
    const variables = variablesOf(unit)
    expect(Object.keys(variables).filter((name) => !known.includes(name))).toEqual([])
    expect(keeperKeysIn(variables).length > 0).toBe(verb === 'worker')
  })

  test('reads an environment file that exists as an example in deploy/env', () => {
    const [file = ''] = valuesOf(unit, 'EnvironmentFile')
    const name = /^\/etc\/coldsweep\/(\w+\.env)$/.exec(file)?.[1]
    expect(readdirSync(join(root, 'deploy/env'))).toContain(`${name}.example`)
  })

  test.skipIf(!hasAnalyze)('is valid and hardened, as systemd-analyze judges', () => {
    const path = join(folder, unit)
    const verified = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' })
    // The test's machine may lack /usr/bin/node. This is no error of the unit.
    const errors = verified.stderr.split('\n').filter((line) => !/is not executable|^$/.test(line))
    expect(errors).toEqual([])
    const rated = spawnSync(
      'systemd-analyze',
      ['security', '--offline=true', '--threshold=20', path],
      { encoding: 'utf8' },
    )
    expect(`${rated.stdout}${rated.stderr}`).toContain('Overall exposure level')
    expect(rated.status).toBe(0)
  })
})

test('the drop-in for a retired keeper sets only the retired key, from a credential', () => {
  const variables = variablesOf('retired-keeper.conf')
  expect(variables).toEqual({ RETIRED_KEEPER_PRIVATE_KEY_FILE: '%d/retired-keeper-key' })
  const [credential = ''] = valuesOf('retired-keeper.conf', 'LoadCredential')
  expect(credential).toBe('retired-keeper-key:/etc/coldsweep/retired-keeper-key')
  // The commented lines about one chain.
  const names = textOf('retired-keeper.conf').match(/\w+_PRIVATE_KEY_56_FILE/g) ?? []
  expect(keeperKeysIn(Object.fromEntries(names.map((name) => [name, 'path'])))).toEqual(names)
})

test('no unit starts again after a configuration error or a refusal', () => {
  for (const unit of ['coldsweep-scanner.service', 'coldsweep-worker.service']) {
    expect(valuesOf(unit, 'Restart')).toEqual(['always'])
    expect(valuesOf(unit, 'RestartPreventExitStatus')).toEqual(['2 3'])
  }
})
