import {
  Client,
  Connection,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
} from '@temporalio/client'
import { translateTemporalError } from './errors.ts'

export interface TemporalOptions {
  /** host:port */
  readonly address: string
  readonly namespace: string
}

/**
 * A client that connects at its first use, and again after a failure, so that a process can start
 * while Temporal is down.
 */
export interface Temporal {
  readonly namespace: string
  /** Runs a call with a deadline. @throws TemporalUnreachable, TemporalRefused */
  ask<T>(work: (client: Client) => Promise<T>): Promise<T>
  close(): Promise<void>
}

const callTimeoutMs = 5_000

/**
 * Shorter times than gRPC's defaults. With the defaults, a client may wait two minutes before it
 * reconnects after a long outage, and notices late that a server is silent.
 */
const channelArgs = {
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 2_000,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
}

/** Creates the client without connecting it, so this call needs no running server. */
export function connectTemporal({ address, namespace }: TemporalOptions): Temporal {
  const connection = Connection.lazy({
    address,
    channelArgs,
    // Few attempts: callers retry on their own, and need to know soon that Temporal is down.
    interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts: 3 }))],
  })
  const client = new Client({ connection, namespace })
  return {
    namespace,
    async ask(work) {
      try {
        return await client.withDeadline(Date.now() + callTimeoutMs, () => work(client))
      } catch (error) {
        throw translateTemporalError(error)
      }
    },
    close: () => connection.close(),
  }
}
