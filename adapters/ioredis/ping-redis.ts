import { Redis } from 'ioredis'
import { RedisUnreachable, withoutSecrets } from '../../domain/errors.ts'
import { errorMessage } from '../../runtime/error-message.ts'

/** One connection, one PING, within five seconds. Throws `RedisUnreachable`. */
export async function pingRedis(url: string): Promise<void> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5_000,
    commandTimeout: 5_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  const heard: { error?: Error } = {}
  // Unheard, the client would print it; the connect error below says only "Connection is closed".
  redis.on('error', (error: Error) => {
    heard.error = error
  })
  try {
    await redis.connect()
    await redis.ping()
  } catch (error) {
    const cause = heard.error ?? error
    const words = errorMessage(cause)
    throw new RedisUnreachable(`Redis does not answer: ${withoutSecrets(words)}`)
  } finally {
    redis.disconnect()
  }
}
