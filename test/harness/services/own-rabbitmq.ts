import { connect } from 'amqplib'
import { openRun, type Run, type StartedProcess } from '../../../devstack/run/run.ts'
import { waitUntil } from '../../../devstack/run/wait-until.ts'
import { rabbitmq } from '../../../devstack/services/rabbitmq.ts'

/** A new RabbitMQ server for a test. Tests kill the server and start it again with its data. */
export interface OwnRabbitmq {
  readonly url: string
  /** Kills the server with SIGKILL. Resolves when it has ended. */
  kill(): Promise<void>
  /** Starts the server again. Resolves when it answers. */
  startAgain(): Promise<void>
  close(): Promise<void>
}

/** Starts the server. Returns undefined without a local RabbitMQ: tests use a remote one there. */
export async function ownRabbitmq(): Promise<OwnRabbitmq | undefined> {
  const run = openRun()
  let broker: { toStart: Parameters<Run['start']>[0]; started: StartedProcess } | undefined
  const watching: Run = {
    ...run,
    start(toStart) {
      const started = run.start(toStart)
      if (toStart.name === 'rabbitmq') broker = { toStart, started }
      return started
    },
  }
  const service = await rabbitmq.startPrivate({ run: watching, env: {}, say: () => {} })
  if (service === undefined || broker === undefined) {
    await run.close()
    return undefined
  }
  const { toStart } = broker
  let { started } = broker
  return {
    url: service.address,
    async kill() {
      process.kill(-started.pid, 'SIGKILL')
      await started.ended
    },
    async startAgain() {
      started = run.start(toStart)
      const dial = async () => {
        const connection = await connect(service.address, { timeout: 5_000 })
        connection.on('error', () => {})
        await connection.close()
      }
      await waitUntil(dial, { what: 'RabbitMQ to answer again', limitMs: 180_000 })
    },
    close: async () => void (await run.close()),
  }
}
