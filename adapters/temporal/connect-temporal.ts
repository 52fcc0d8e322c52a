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
 * A client that dials at its first use, and again after a failure: a process starts while Temporal
 * is away.
 */
export interface Temporal {
  readonly namespace: string
  /** Runs a call with a deadline; errors come out as TemporalUnreachable or TemporalRefused. */
  ask<T>(work: (client: Client) => Promise<T>): Promise<T>
  close(): Promise<void>
}

const callTimeoutMs = 5_000

/**
 * gRPC's own lets a server that was away for long wait up to two minutes for the next try; a silent
 * one is noticed late.
 */
const channelArgs = {
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 2_000,
  'grpc.keepalive_time_ms': 10_000,
  'grpc.keepalive_timeout_ms': 5_000,
}

export function connectTemporal({ address, namespace }: TemporalOptions): Temporal {
  const connection = Connection.lazy({
    address,
    channelArgs,
    // Few: whoever asks tries again in its own time, and wants to know soon that Temporal is away.
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
