import { Redis } from 'ioredis'
import type { GasSignals } from '../../domain/deposits/sweep-runs.ts'
import { RedisUnreachable, withoutSecrets } from '../../domain/errors.ts'
import type { Log } from '../../domain/process.ts'
import { errorMessage } from '../../runtime/error-message.ts'

export interface GasSignalsOptions {
  readonly url: string
  /** Prefix of every key. */
  readonly prefix: string
  /** Lifetime of a key. May be a fraction. */
  readonly ttlSeconds: number
  readonly log: Log
  /** Timeout of one command. It is short, because a lost hint costs only latency. @default 1_000 */
  readonly commandMs?: number
}

export interface GasSignalsOfRedis extends GasSignals {
  /** The error for /readyz; undefined when healthy. An unreachable Redis costs only latency. */
  problem(): string | undefined
  close(): void
}

/**
 * Stores and looks up hints of mined gas transactions in Redis. The client connects and reconnects
 * by itself. While Redis is unreachable, a command fails at once.
 */
export function createGasSignals({
  url,
  prefix,
  ttlSeconds,
  log,
  commandMs = 1_000,
}: GasSignalsOptions): GasSignalsOfRedis {
  let lastError: string | undefined = 'not connected yet'
  const redis = new Redis(url, {
    connectionName: 'coldsweep',
    connectTimeout: 3_000,
    commandTimeout: commandMs,
    // Closes a silent connection soon after a command has timed out on it.
    socketTimeout: 3 * commandMs,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(100 * 2 ** Math.min(times, 5), 2_000),
  })
  let closing = false
  redis.on('ready', () => {
    if (lastError !== undefined) log.info({}, 'connected to Redis')
    lastError = undefined
  })
  redis.on('error', (error: Error) => {
    lastError = withoutSecrets(error.message) || error.name
  })
  redis.on('close', () => {
    if (lastError === undefined && !closing)
      log.warn({}, 'redis connection lost; mined gas is found later, by receipts')
    lastError ??= 'the connection was closed'
  })
  const key = (chainId: number, hash: string) => `${prefix}gas-tx:${chainId}:${hash}`

  return {
    async put(chainId, hash, { blockNumber, blockHash }) {
      const value = JSON.stringify({ blockNumber: blockNumber.toString(), blockHash })
      try {
        await redis.set(key(chainId, hash), value, 'PX', Math.ceil(ttlSeconds * 1_000))
      } catch (error) {
        throw new RedisUnreachable(`Redis did not store the gas signal: ${words(error, lastError)}`)
      }
    },
    async has(chainId, hash) {
      try {
        return (await redis.exists(key(chainId, hash))) === 1
      } catch (error) {
        log.debug({ reason: words(error, lastError) }, 'gas signal lookup failed')
        return false
      }
    },
    problem: () => lastError && `Redis is away: ${lastError}`,
    close() {
      closing = true
      redis.disconnect()
    },
  }
}

/**
 * Returns the connection's last error if there is one, because it says more than a command's
 * "stream isn't writeable".
 */
function words(error: unknown, lastError: string | undefined): string {
  return lastError ?? withoutSecrets(errorMessage(error))
}
