import { expect, test } from 'vitest'
import type { Run } from '../../../devstack/run/run.ts'
import { postgres } from '../../../devstack/services/postgres.ts'
import { rabbitmq } from '../../../devstack/services/rabbitmq.ts'
import { redis } from '../../../devstack/services/redis.ts'
import {
  DependencyDown,
  type InstallPackages,
  resolveServices,
  withoutPassword,
} from '../../../devstack/services/resolve-services.ts'
import type { RunningService, Service } from '../../../devstack/services/service.ts'
import { temporal } from '../../../devstack/services/temporal.ts'

const nothingInstalled: InstallPackages = async () => false
const nowhere = async () => undefined

function surroundings(env: NodeJS.ProcessEnv = {}, said: string[] = []) {
  return { run: {} as Run, env, say: (line: string) => void said.push(line) }
}

/** Returns the service, but no way to start or reach it works. Its name and its advice are real. */
function absent(service: Service): Service {
  const withoutWays = { startPrivate: nowhere, useDefaultPort: nowhere, startBundled: nowhere }
  return { ...service, ...withoutWays, useAddress: () => Promise.reject(new Error('refused')) }
}

/** Returns a way to start the service that always works. */
function from(service: Service, way: string): () => Promise<RunningService> {
  return async () => ({ ...service, from: way, address: way, isPrivate: true, env: {} })
}

async function failureOf(...args: Parameters<typeof resolveServices>): Promise<DependencyDown> {
  const error = await resolveServices(...args).catch((thrown) => thrown)
  expect(error).toBeInstanceOf(DependencyDown)
  return error
}

test('one error lists all missing services with the commands that install them', async () => {
  const all = [postgres, redis, rabbitmq, temporal].map(absent)
  const { message, exitCode } = await failureOf(all, surroundings(), nothingInstalled)
  expect(exitCode).toBe(75)
  for (const { title, howToInstall } of all) {
    expect(message).toContain(`${title} is missing`)
    for (const line of howToInstall(process.platform)) expect(message).toContain(line)
  }
})

test.each(['linux', 'darwin'] as const)(
  'on %s every service has instructions to install it',
  (platform) => {
    for (const service of [postgres, redis, rabbitmq, temporal]) {
      expect(service.howToInstall(platform).length).toBeGreaterThan(0)
    }
  },
)

test('an unreachable configured address has no fallback, and the error also lists missing services', async () => {
  const reachable = { ...absent(redis), startPrivate: from(redis, 'private') }
  const env = { REDIS_URL: 'redis://user:hush@far:6379' }
  const { message } = await failureOf(
    [reachable, absent(rabbitmq)],
    surroundings(env),
    nothingInstalled,
  )
  expect(message).toContain('REDIS_URL=redis://user:***@far:6379 cannot be used: refused')
  expect(message).toContain('RabbitMQ is missing')
})

test.each([
  ['redis://far:6379', 'redis://far:6379'],
  ['redis://user@far:6379', 'redis://user@far:6379'],
  ['amqp://user:hush@far/vhost', 'amqp://user:***@far/vhost'],
  ['redis://:hush@far:6379', 'redis://:***@far:6379'],
  ['postgres://user:hu/sh@far:5432/name', 'postgres://user:***@far:5432/name'],
  ['postgres://user:hu@sh@far:5432/name', 'postgres://user:***@far:5432/name'],
  ['postgres://user:h:u?s#h@far/name', 'postgres://user:***@far/name'],
  ['postgres://user@tenant:hush@far/name', 'postgres://user@tenant:***@far/name'],
  ['far:7233', 'far:7233'],
])('withoutPassword(%j) is %j', (address, shown) => {
  expect(withoutPassword(address)).toBe(shown)
})

test('an empty variable counts as not set', async () => {
  const service = { ...absent(redis), startPrivate: from(redis, 'private') }
  const [found] = await resolveServices(
    [service],
    surroundings({ REDIS_URL: '' }),
    nothingInstalled,
  )
  expect(found?.from).toBe('private')
})

test('resolveServices tries a private start, then the default port, then a bundled start', async () => {
  const ways = ['startPrivate', 'useDefaultPort', 'startBundled'] as const
  const service = absent(postgres)
  for (const way of ways.toReversed()) {
    service[way] = from(postgres, way)
    const [found] = await resolveServices([service], surroundings(), nothingInstalled)
    expect(found?.from).toBe(way)
  }
})

test('resolveServices reports a failed way to start a service and tries the next way', async () => {
  const broken = {
    ...absent(postgres),
    startPrivate: () => Promise.reject(new Error('initdb ended with 1')),
  }
  const { message } = await failureOf([broken], surroundings(), nothingInstalled)
  expect(message).toContain('tried: initdb ended with 1')
  const said: string[] = []
  const [found] = await resolveServices(
    [{ ...broken, startBundled: from(postgres, 'bundled') }],
    surroundings({}, said),
    nothingInstalled,
  )
  expect(found?.from).toBe('bundled')
  expect(said).toEqual(['PostgreSQL: initdb ended with 1'])
})

test('missing Debian packages are installed together, and then their services start privately', async () => {
  const asked: string[][] = []
  let isInstalled = false
  const comesWithPackage = (service: Service): Service => ({
    ...absent(service),
    startPrivate: async () => (isInstalled ? from(service, 'private')() : undefined),
  })
  const install: InstallPackages = async (packages) => {
    asked.push(packages)
    isInstalled = true
    return true
  }
  const services = [comesWithPackage(redis), comesWithPackage(rabbitmq)]
  const found = await resolveServices(services, surroundings(), install)
  expect(asked).toEqual([['redis-server', 'rabbitmq-server']])
  expect(found.map(({ name }) => name)).toEqual(['redis', 'rabbitmq'])
})
