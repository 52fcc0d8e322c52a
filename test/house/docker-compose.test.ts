import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseEnvironment } from '../../config/env/env.ts'
import { environmentNames, secretNames } from '../../config/env/env-schema.ts'
import type { Need } from '../../config/schema/config.ts'
import { root } from './run-tool.ts'

interface Service {
  readonly image: string
  readonly build?: string
  readonly command?: readonly string[]
  readonly restart?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>
  readonly healthcheck?: { readonly test: readonly string[] }
  readonly volumes?: readonly string[]
  readonly ports?: readonly string[]
  readonly secrets?: readonly string[]
}

const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8')
const compose = parse(text, { merge: true }) as {
  services: Record<string, Service>
  volumes: Record<string, null>
  secrets: Record<string, { file: string }>
}
const services = Object.entries(compose.services).map(([name, service]) => ({ name, ...service }))
const ours = services.filter(({ build }) => build !== undefined)

test('the services are PostgreSQL, Redis, RabbitMQ, Temporal with its UI, migrate, scanner and worker', () => {
  expect(services.map(({ name }) => name).sort()).toEqual([
    'migrate',
    'postgres',
    'rabbitmq',
    'redis',
    'scanner',
    'temporal',
    'temporal-namespace',
    'temporal-schema',
    'temporal-ui',
    'worker',
  ])
})

test.each(services)('the image of $name has a full version', ({ image }) => {
  expect(image).toMatch(/^[\w./-]+:\d+\.\d+(\.\d+)?(-[\w.-]+)?$/)
  expect(image).not.toContain('auto-setup')
})

test("Temporal's server and its tools have the same version", () => {
  const tag = (name: string) => compose.services[name]?.image.split(':')[1]
  expect(new Set(['temporal', 'temporal-schema', 'temporal-namespace'].map(tag)).size).toBe(1)
})

describe.each(ours)('the coldsweep service $name', ({ name, command, environment = {} }) => {
  test('runs an existing verb of coldsweep', () => {
    expect(helpOf(command ?? [])).toContain(`Usage: coldsweep ${command?.[0]} `)
  })

  test('sets only environment variables of the schema', () => {
    const known = [...environmentNames, ...secretNames.map((secret) => `${secret}_FILE`)]
    expect(Object.keys(environment).filter((key) => !known.includes(key))).toEqual([])
  })

  test('has a valid environment, with the keeper key only for the worker', () => {
    const need: Need[] = ['database', 'central', 'redis', 'rabbitmq', 'temporal']
    expect(parseEnvironment(filledIn(environment), need).errors).toEqual([])
    const hasKey = Object.keys(environment).some((key) => key.startsWith('GAS_KEEPER_PRIVATE_KEY'))
    expect(hasKey).toBe(name === 'worker')
  })
})

/**
 * Runs the command of a service with `--help` and returns the output. For an unknown verb the
 * output is the general usage, which does not name the verb.
 */
function helpOf(command: readonly string[]): string {
  const args = [join(root, 'cli/coldsweep.mjs'), ...command, '--help']
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout
}

/** Replaces each `${NAME}` by a value, as compose does. The central database gets a URL. */
function filledIn(environment: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([key, value]) => [
      key,
      value
        .replace(/\$\{CENTRAL_DATABASE_URL[^}]*\}/, 'postgres://reader:pw@exchange/exchange')
        .replace(/\$\{LOG_LEVEL:-(\w+)\}/, '$1')
        .replace(/\$\{\w+[^}]*\}/g, 'pw'),
    ]),
  )
}

const dependencies = services.flatMap(({ name, depends_on = {} }) =>
  Object.entries(depends_on).map(([on, { condition }]) => ({ name, on, condition })),
)

test.each(dependencies)(
  '$name depends on a condition that $on can reach ($condition)',
  ({ on, condition }) => {
    const service = compose.services[on]
    if (condition === 'service_healthy')
      expect(service?.healthcheck?.test.length).toBeGreaterThan(1)
    else {
      expect(condition).toBe('service_completed_successfully')
      expect(service?.restart).toMatch(/^on-failure/)
    }
  },
)

test('scanner and worker start after migrate, which depends on the Temporal namespace', () => {
  for (const name of ['scanner', 'worker']) {
    expect(compose.services[name]?.depends_on).toMatchObject({
      migrate: { condition: 'service_completed_successfully' },
    })
  }
  expect(compose.services['migrate']?.depends_on).toHaveProperty('temporal-namespace')
})

test('every volume and secret is declared, and every mounted file of the repository exists', () => {
  for (const { volumes = [], secrets = [] } of services) {
    for (const [source = ''] of volumes.map((volume) => volume.split(':'))) {
      if (!source.startsWith('./')) expect(compose.volumes).toHaveProperty([source])
      else if (source !== './coldsweep.yaml') expect(existsSync(join(root, source))).toBe(true)
    }
    for (const secret of secrets) expect(compose.secrets).toHaveProperty([secret])
  }
})

test('every port is published on 127.0.0.1 only, because the services have no login for people', () => {
  for (const { ports = [] } of services) {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
  }
})

test('the head of docker-compose.yml lists every variable that .env must set', () => {
  const head = text.slice(0, text.indexOf('\nname:'))
  const wanted = [...text.matchAll(/\$\{(\w+)(:\?[^}]*)?\}/g)].map(([, name]) => name ?? '')
  for (const name of wanted) expect(head).toContain(name)
})
