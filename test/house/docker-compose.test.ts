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

test('PostgreSQL, Redis, RabbitMQ, Temporal with its UI, and our migrate, scanner and worker are there', () => {
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

test.each(services)('$name runs an image at a full version', ({ image }) => {
  expect(image).toMatch(/^[\w./-]+:\d+\.\d+(\.\d+)?(-[\w.-]+)?$/)
  expect(image).not.toContain('auto-setup')
})

test("Temporal's server and its tools are of one release", () => {
  const tag = (name: string) => compose.services[name]?.image.split(':')[1]
  expect(new Set(['temporal', 'temporal-schema', 'temporal-namespace'].map(tag)).size).toBe(1)
})

describe.each(ours)('our $name', ({ name, command, environment = {} }) => {
  test('runs a verb that coldsweep knows', () => {
    expect(helpOf(command ?? [])).toContain(`Usage: coldsweep ${command?.[0]} `)
  })

  test('gets only variables that the schema knows', () => {
    const known = [...environmentNames, ...secretNames.map((secret) => `${secret}_FILE`)]
    expect(Object.keys(environment).filter((key) => !known.includes(key))).toEqual([])
  })

  test('gets an environment without fault, and the keeper key only if it signs', () => {
    const need: Need[] = ['database', 'central', 'redis', 'rabbitmq', 'temporal']
    expect(parseEnvironment(filledIn(environment), need).errors).toEqual([])
    const hasKey = Object.keys(environment).some((key) => key.startsWith('GAS_KEEPER_PRIVATE_KEY'))
    expect(hasKey).toBe(name === 'worker')
  })
})

/**
 * Help of a verb from the command itself, as the image runs it. An unknown verb prints the general
 * usage.
 */
function helpOf(command: readonly string[]): string {
  const args = [join(root, 'cli/coldsweep.mjs'), ...command, '--help']
  return spawnSync(process.execPath, args, { encoding: 'utf8' }).stdout
}

/** With a value for each `${NAME}` that compose fills in; the central database's is a URL. */
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
  '$name waits for a condition that $on can meet ($condition)',
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

test('scanner and worker start on databases, queues and a namespace that are prepared', () => {
  for (const name of ['scanner', 'worker']) {
    expect(compose.services[name]?.depends_on).toMatchObject({
      migrate: { condition: 'service_completed_successfully' },
    })
  }
  expect(compose.services['migrate']?.depends_on).toHaveProperty('temporal-namespace')
})

test('every volume and secret is declared, and every file of ours that is mounted exists', () => {
  for (const { volumes = [], secrets = [] } of services) {
    for (const [source = ''] of volumes.map((volume) => volume.split(':'))) {
      if (!source.startsWith('./')) expect(compose.volumes).toHaveProperty([source])
      else if (source !== './coldsweep.yaml') expect(existsSync(join(root, source))).toBe(true)
    }
    for (const secret of secrets) expect(compose.secrets).toHaveProperty([secret])
  }
})

test('nothing is published beyond this machine, because nothing here has a login for people', () => {
  for (const { ports = [] } of services) {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
  }
})

test('the head of the file lists every variable that .env must set', () => {
  const head = text.slice(0, text.indexOf('\nname:'))
  const wanted = [...text.matchAll(/\$\{(\w+)(:\?[^}]*)?\}/g)].map(([, name]) => name ?? '')
  for (const name of wanted) expect(head).toContain(name)
})
