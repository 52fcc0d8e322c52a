import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import type { Environment } from '../../config/env/secret-file.ts'
import { loadConfig } from '../../config/load-config.ts'
import type { Need } from '../../config/schema/config.ts'
import { ConfigError } from '../../config/schema/config-error.ts'
import { aChain, aFile, aTemporaryFile } from '../harness/factories/a-config.ts'

const key = 'ab'.repeat(32)
const otherKey = 'cd'.repeat(32)
const everyNeed: Need[] = ['database', 'central', 'redis', 'rabbitmq', 'temporal', 'keeperKeys']

function anEnvironment(change: Environment = {}, yaml = aFile()): Environment {
  return {
    COLDSWEEP_CONFIG: aTemporaryFile('coldsweep.yaml', yaml),
    DATABASE_URL: 'postgres://ours:hunter2@localhost/ours',
    CENTRAL_DATABASE_URL: 'postgres://theirs:hunter2@localhost/theirs',
    REDIS_URL: 'redis://localhost:6379',
    RABBITMQ_URL: 'amqp://guest:hunter2@localhost',
    TEMPORAL_ADDRESS: 'localhost:7233',
    GAS_KEEPER_PRIVATE_KEY: key,
    ...change,
  }
}

function errorsOf(need: Need[], env: Environment) {
  try {
    loadConfig({ need, env })
  } catch (error) {
    if (error instanceof ConfigError) return error.errors
    throw error
  }
  return []
}

test('loadConfig returns every part from a complete environment, with defaults', () => {
  const config = loadConfig({ need: everyNeed, env: anEnvironment() })
  expect(config.database.url.reveal()).toBe('postgres://ours:hunter2@localhost/ours')
  expect(config.redis.prefix).toBe('coldsweep:')
  expect(config.rabbitmq.prefix).toBe('')
  expect(config.temporal).toEqual({ address: 'localhost:7233', namespace: 'default' })
  expect(config.http).toEqual({ host: '127.0.0.1', port: undefined })
  expect(config.logLevel).toBe('info')
  expect(config.keeperKeys.get(56)?.reveal()).toBe(`0x${key}`)
})

test('a process that does not need keeperKeys requires no keeper key and receives none', () => {
  const need: Need[] = ['database', 'central', 'redis']
  const { GAS_KEEPER_PRIVATE_KEY: _, TEMPORAL_ADDRESS: __, ...env } = anEnvironment()
  expect(errorsOf(need, env)).toEqual([])
  expect(Object.keys(loadConfig({ need, env: anEnvironment() }))).not.toContain('keeperKeys')
})

test('errors of the environment and of the yaml are reported together', () => {
  const env = anEnvironment(
    { DATABASE_URL: undefined, REDIS_URL: 'http://localhost', HTTP_PORT: '80a', LOG_LEVEL: 'inf' },
    aFile(aChain({ id: '56' })),
  )
  expect(errorsOf(everyNeed, env).map(({ path, fix }) => [path, fix])).toEqual([
    ['chains[0].id', 'remove the quotes: 56'],
    ['LOG_LEVEL', 'did you mean info?'],
    ['HTTP_PORT', 'use a port from 0 (any free port) to 65535'],
    [
      'DATABASE_URL',
      'set a URL such as postgres://user:password@host:5432/name, or set DATABASE_URL_FILE to the path of a file with the value',
    ],
    ['REDIS_URL', 'use redis: or rediss:, as in redis://host:6379'],
  ])
})

test('the text of a ConfigError names the file, and the line and fix of each error', () => {
  const env = anEnvironment({}, aFile(aChain({ id: '56' })))
  expect(() => loadConfig({ need: [], env })).toThrow(
    /invalid configuration \(1 error\):\n {2}\S+coldsweep\.yaml:2 chains\[0\]\.id: .*\n {4}fix: /,
  )
})

test('a missing yaml is one error, reported together with the errors of the environment', () => {
  const env = anEnvironment({ COLDSWEEP_CONFIG: '/nowhere/coldsweep.yaml', REDIS_URL: undefined })
  expect(errorsOf(['redis'], env).map(({ path }) => path)).toEqual([
    'COLDSWEEP_CONFIG',
    'REDIS_URL',
  ])
})

test('only reveal() shows a secret', () => {
  const config = loadConfig({ need: everyNeed, env: anEnvironment() })
  const shown = `${inspect(config, { depth: 9, showHidden: true })} ${config.database.url} ${JSON.stringify(
    { ...config, chains: [], spread: { ...config.database.url } },
  )}`
  expect(shown).toContain('[secret]')
  expect(shown).not.toMatch(/hunter2|abab|bsc\.example/)
})

test('no error repeats a secret', () => {
  const env = anEnvironment({
    DATABASE_URL: 'mysql://ours:hunter2@localhost/ours',
    RABBITMQ_URL: 'hunter2',
    GAS_KEEPER_PRIVATE_KEY: `${key}ff`,
  })
  const errors = errorsOf(everyNeed, env)
  expect(errors.map(({ path }) => path)).toEqual([
    'DATABASE_URL',
    'RABBITMQ_URL',
    'GAS_KEEPER_PRIVATE_KEY',
  ])
  expect(JSON.stringify(errors)).not.toMatch(/hunter2|abab/)
})

test('a secret can be read from a file, whose trailing line break is dropped', () => {
  const file = aTemporaryFile('url', 'redis://:hunter2@localhost\n')
  const env = anEnvironment({ REDIS_URL: undefined, REDIS_URL_FILE: file })
  expect(loadConfig({ need: ['redis'], env }).redis.url.reveal()).toBe('redis://:hunter2@localhost')
})

test('a secret given twice, an unreadable file and an empty file are errors', () => {
  const env = anEnvironment({
    REDIS_URL_FILE: '/dev/null',
    DATABASE_URL: undefined,
    DATABASE_URL_FILE: '/nowhere',
    RABBITMQ_URL: '',
    RABBITMQ_URL_FILE: aTemporaryFile('empty', '\n'),
    GAS_KEEPER_PRIVATE_KEY: undefined,
    GAS_KEEPER_PRIVATE_KEY_FILE: '/nowhere',
  })
  expect(errorsOf(everyNeed, env)).toMatchObject([
    { path: 'DATABASE_URL_FILE', problem: 'cannot read /nowhere' },
    { path: 'REDIS_URL_FILE', problem: 'set together with REDIS_URL' },
    { path: 'RABBITMQ_URL_FILE', problem: expect.stringContaining(' is empty') },
    { path: 'GAS_KEEPER_PRIVATE_KEY_FILE', problem: 'cannot read /nowhere' },
  ])
})

test('the file of a secret that a process does not need is never opened', () => {
  const env = anEnvironment({
    GAS_KEEPER_PRIVATE_KEY: undefined,
    GAS_KEEPER_PRIVATE_KEY_FILE: '/nowhere',
  })
  expect(errorsOf(['database'], env)).toEqual([])
})

test('the keeper key of a single chain takes precedence over the common key', () => {
  const yaml = aFile(aChain(), aChain({ id: 1, name: 'ethereum' }))
  const env = anEnvironment({ GAS_KEEPER_PRIVATE_KEY_1: `0x${otherKey.toUpperCase()}` }, yaml)
  const { keeperKeys } = loadConfig({ need: ['keeperKeys'], env })
  expect(keeperKeys.get(56)?.reveal()).toBe(`0x${key}`)
  expect(keeperKeys.get(1)?.reveal()).toBe(`0x${otherKey}`)
})

test('every chain needs a keeper key, and a key for a chain outside the yaml is an error', () => {
  const yaml = aFile(aChain(), aChain({ id: 1, name: 'ethereum' }))
  const env = anEnvironment(
    {
      GAS_KEEPER_PRIVATE_KEY: undefined,
      GAS_KEEPER_PRIVATE_KEY_56: key,
      GAS_KEEPER_PRIVATE_KEY_11: key,
    },
    yaml,
  )
  expect(errorsOf(['keeperKeys'], env)).toMatchObject([
    { path: 'GAS_KEEPER_PRIVATE_KEY_11', fix: expect.stringContaining('56, 1') },
    { path: 'GAS_KEEPER_PRIVATE_KEY_1', problem: 'missing; chain 1 has no gas keeper key' },
  ])
})

test.each(['http://localhost:7233', 'localhost', 'localhost:'])(
  '%s is rejected as TEMPORAL_ADDRESS',
  (address) => {
    expect(errorsOf(['temporal'], anEnvironment({ TEMPORAL_ADDRESS: address }))).toMatchObject([
      { path: 'TEMPORAL_ADDRESS', fix: 'use host:port without a scheme, such as localhost:7233' },
    ])
  },
)
