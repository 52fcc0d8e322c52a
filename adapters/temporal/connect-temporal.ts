import { Client, Connection } from '@temporalio/client'
import { translateTemporalError } from './errors.ts'

export interface TemporalOptions {
  /** host:port */
  readonly address: string
  readonly namespace: string
}

/** A client that dials at its first use, and again after a failure: a process starts while Temporal is away. */
export interface Temporal {
  readonly namespace: string
  /** Runs a call with a deadline; errors come out as TemporalUnreachable or TemporalRefused. */
  ask<T>(work: (client: Client) => Promise<T>): Promise<T>
  close(): Promise<void>
}

const connectTimeoutMs = 3_000
const callTimeoutMs = 5_000

export function connectTemporal({ address, namespace }: TemporalOptions): Temporal {
  let dialled: Promise<Client> | undefined
  const dial = (): Promise<Client> => {
    dialled ??= Connection.connect({ address, connectTimeout: connectTimeoutMs }).then(
      (connection) => new Client({ connection, namespace }),
      (error: unknown) => {
        dialled = undefined
        throw error
      },
    )
    return dialled
  }
  return {
    namespace,
    async ask(work) {
      try {
        const client = await dial()
        return await client.withDeadline(Date.now() + callTimeoutMs, () => work(client))
      } catch (error) {
        throw translateTemporalError(error)
      }
    },
    async close() {
      const client = await dialled?.catch(() => undefined)
      dialled = undefined
      await client?.connection.close()
    },
  }
}
