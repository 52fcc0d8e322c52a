import { Redis } from 'ioredis'
import { RedisUnreachable, withoutSecrets } from '../../domain/errors.ts'
import type { GasSignals } from '../../domain/ports/gas-signals.ts'
import type { Log } from '../../domain/ports/log.ts'

export interface GasSignalsOptions {
  readonly url: string
  /** Stands before every key. */
  readonly prefix: string
  /** How long a signal is kept; a key that has gone costs a look at the receipt. */
  readonly ttlSeconds: number
  readonly log: Log
}

const answerWithinMs = 1_000

/**
 * Signals are hints, so nothing here waits for Redis: without a connection a call fails at once (no offline queue), with
 * one it has a second. The client itself connects again for ever.
 */
export function createGasSignals(
  options: GasSignalsOptions,
): GasSignals & { trouble(): string | undefined; close(): void } {
  const { prefix, ttlSeconds, log } = options
  const redis = new Redis(options.url, {
    enableOfflineQueue: false,
    connectTimeout: 5_000,
    commandTimeout: answerWithinMs,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 100, 3_000),
  })
  let trouble: string | undefined = 'Redis is not connected yet'
  redis.on('error', (error: Error) => {
    trouble = `Redis is away: ${withoutSecrets(error.message)}`
  })
  redis.on('close', () => {
    trouble ??= 'Redis is away'
  })
  redis.on('ready', () => {
    trouble = undefined
    log.debug({}, 'connected to Redis')
  })
  const keyOf = (chainId: number, hash: string) => `${prefix}gas-tx:${chainId}:${hash}`

  return {
    async put(chainId, hash, { blockNumber, blockHash }) {
      const value = JSON.stringify({ blockNumber: blockNumber.toString(), blockHash })
      try {
        await redis.set(keyOf(chainId, hash), value, 'PX', Math.ceil(ttlSeconds * 1000))
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error)
        throw new RedisUnreachable(`Redis did not take a gas signal: ${withoutSecrets(words)}`)
      }
    },
    async has(chainId, hash) {
      try {
        return (await redis.exists(keyOf(chainId, hash))) === 1
      } catch {
        return false
      }
    },
    trouble: () => trouble,
    close: () => redis.disconnect(),
  }
}
