import { existsSync } from 'node:fs'
import { describeLeft, openRun, type Run } from '../run/run.ts'
import { packageInstaller } from './install-packages.ts'
import { postgres } from './postgres.ts'
import { rabbitmq } from './rabbitmq.ts'
import { redis } from './redis.ts'
import { resolveServices, withoutPassword } from './resolve-services.ts'
import type { RunningService, ServiceName } from './service.ts'
import { temporal } from './temporal.ts'

const SERVICES = { postgres, redis, rabbitmq, temporal }

/** The services to start, and how. */
export interface StackOptions {
  need: ServiceName[]
  /** Install missing Debian packages without asking. */
  yes?: boolean
  env?: NodeJS.ProcessEnv
  /** Shows the first screen and progress. Default: prints to stderr. */
  say?: (line: string) => void
}

/** The services that a run uses, and the run itself. */
export interface Stack {
  run: Run
  services: RunningService[]
  /** The TEST_… variables of all services. */
  env: Record<string, string>
  /** The address of a requested service. */
  addressOf(name: ServiceName): string
  /**
   * Stops every process of this run, newest first, removes its data and prints a report. The logs
   * are kept if the outcome is `failed` or `keep` is set.
   */
  stop(outcome: { failed: boolean; keep?: boolean }): Promise<void>
}

/**
 * Starts the services in parallel and shows the source of each. On any failure it stops everything
 * and keeps the logs.
 * @throws DependencyDown naming every missing or unreachable service
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const say = options.say ?? ((line) => console.error(line))
  const run = openRun()
  const surroundings = { run, env: options.env ?? process.env, say }
  const began = Date.now()
  try {
    const wanted = options.need.map((name) => SERVICES[name])
    const install = packageInstaller(options.yes ?? false, say)
    const services = await resolveServices(wanted, surroundings, install)
    say(firstScreen(run, services, Date.now() - began))
    return stackOf(run, services, say)
  } catch (error) {
    await stop(run, { failed: true }, say)
    throw error
  }
}

function stackOf(run: Run, services: RunningService[], say: (line: string) => void): Stack {
  return {
    run,
    services,
    env: Object.assign({}, ...services.map((service) => service.env)),
    addressOf(name) {
      const service = services.find((one) => one.name === name)
      if (!service) throw new Error(`${name} was not requested when the stack was started`)
      return service.address
    },
    stop: (outcome) => stop(run, outcome, say),
  }
}

function firstScreen(run: Run, services: RunningService[], tookMs: number): string {
  const rows = services.flatMap(({ title, address, from, env }) => [
    `  ${title.padEnd(11)} ${withoutPassword(address).padEnd(46)} ${from}`,
    ...(env['TEST_TEMPORAL_UI'] ? [`  ${'Web UI'.padEnd(11)} ${env['TEST_TEMPORAL_UI']}`] : []),
  ])
  const head = `run ${run.id}, services up in ${(tookMs / 1000).toFixed(1)} s, logs in ${run.logFolder}`
  return [head, ...rows].join('\n')
}

async function stop(
  run: Run,
  { failed, keep = false }: { failed: boolean; keep?: boolean },
  say: (line: string) => void,
): Promise<void> {
  const wasClosing = run.isClosing()
  const left = await run.close({ keepLogs: failed || keep })
  if (wasClosing) return // The first caller of `close` reports the result.
  if (existsSync(run.logFolder)) say(`logs: ${run.logFolder}`)
  if (existsSync(run.dataFolder)) say(`could not remove ${run.dataFolder}`)
  say(describeLeft(left))
}
