import { setTimeout as sleep } from 'node:timers/promises'
import { type OwnProxy, ownProxy } from '../harness/proxies/own-proxy.ts'
import { eventually } from '../harness/waiting/eventually.ts'
import { type FaultWorld, faultWorld, type Mortal } from '../harness/worlds/fault-world.ts'
import { createJudge, type Wrong } from '../harness/worlds/judge-world.ts'
import type { PlannedKill, PlannedRun, ServiceName } from './draw-run.ts'

/** Time for a process to reach its crash point. Afterwards the crash order is cancelled. */
const atPointWithinMs = 8_000
const doneWithinMs = 240_000

/**
 * Executes a planned run of payments, kills and cuts, and waits until all deposits are done.
 * @returns the errors that the judge finds
 */
export async function runRandom(planned: PlannedRun): Promise<readonly Wrong[]> {
  const lines = new Map<ServiceName, OwnProxy>()
  const cutServices = new Set(planned.cuts.map(({ service }) => service))
  const world = await faultWorld(
    cutServices.has('node') ? { rpc: async (url) => [await through(lines, 'node', url)] } : {},
  )
  try {
    const differs = await linesTo(world, cutServices, lines)
    const wallets: `0x${string}`[] = []
    for (let n = 0; n < planned.wallets; n += 1) wallets.push(await world.addWallet())
    const began = Date.now()
    const until = (afterMs: number) => sleep(Math.max(0, began + afterMs - Date.now()))
    const mortals = planned.processes.map(({ role }) => world.mortal(role.kind, role.only))
    await Promise.all([
      ...planned.processes.map(({ kills }, n) => live(mortals[n] ?? noSuch(), kills, differs)),
      ...planned.cuts.map(async ({ service, how, afterMs, lastsMs }) => {
        await until(afterMs)
        lines.get(service)?.[how]()
        await sleep(lastsMs)
        lines.get(service)?.restore()
      }),
      ...planned.payments.map(async ({ afterMs, wallet, asset }) => {
        await until(afterMs)
        await world.pay(asset, wallets[wallet] ?? noSuch())
      }),
    ])
    // A process that ended on its own is restarted, as a supervisor would do.
    const supervisor = setInterval(() => {
      for (const mortal of mortals) {
        if (mortal.process.exitCode !== undefined) mortal.start(differs)
      }
    }, 500)
    try {
      await world.untilDone(doneWithinMs)
      return await createJudge(world)()
    } catch (error) {
      return [{ kind: 'stuck', says: (error as Error).message }]
    } finally {
      clearInterval(supervisor)
    }
  } finally {
    await world.close()
    await Promise.all([...lines.values()].map((line) => line.close()))
  }
}

/** Kills and restarts a process as planned. At the end the process runs without a crash order. */
async function live(
  mortal: Mortal,
  kills: readonly PlannedKill[],
  differs: NodeJS.ProcessEnv,
): Promise<void> {
  mortal.start(differs)
  for (const { afterMs, at, downMs } of kills) {
    await sleep(afterMs)
    if (at !== 'once') {
      mortal.order(at)
      const ended = () => mortal.process.exitCode !== undefined
      const died = await eventually(ended, Boolean, atPointWithinMs).catch(() => false)
      mortal.cancelOrder()
      // A process that is alive has read its order and could die later, so it is killed now.
      if (!died) await mortal.kill()
    } else {
      await mortal.kill()
    }
    await sleep(downMs)
    mortal.start(differs)
  }
}

/**
 * Puts a cuttable proxy in front of each service in `cut`, except the node. @returns the
 * environment variables that point to the proxies
 */
async function linesTo(
  { deployment: { env } }: FaultWorld,
  cut: ReadonlySet<ServiceName>,
  lines: Map<ServiceName, OwnProxy>,
): Promise<NodeJS.ProcessEnv> {
  const urls = {
    postgres: 'DATABASE_URL',
    central: 'CENTRAL_DATABASE_URL',
    redis: 'REDIS_URL',
    rabbitmq: 'RABBITMQ_URL',
  } as const
  const differs: NodeJS.ProcessEnv = {}
  for (const [service, name] of Object.entries(urls) as [keyof typeof urls, string][]) {
    if (cut.has(service)) differs[name] = await through(lines, service, env[name] ?? '')
  }
  if (cut.has('temporal')) {
    const url = await through(lines, 'temporal', `tcp://${env['TEMPORAL_ADDRESS']}`)
    differs['TEMPORAL_ADDRESS'] = url.replace('tcp://', '')
  }
  return differs
}

const usualPorts: Readonly<Record<string, number>> = {
  'postgres:': 5432,
  'postgresql:': 5432,
  'redis:': 6379,
  'amqp:': 5672,
}

async function through(
  lines: Map<ServiceName, OwnProxy>,
  service: ServiceName,
  address: string,
): Promise<string> {
  const url = new URL(address)
  const line = await ownProxy(url.hostname, Number(url.port) || usualPorts[url.protocol] || 0)
  lines.set(service, line)
  url.hostname = '127.0.0.1'
  url.port = String(line.port)
  return url.href.replace(/\/$/, '')
}

function noSuch(): never {
  throw new Error('the plan names a wallet or a process that it has not')
}
