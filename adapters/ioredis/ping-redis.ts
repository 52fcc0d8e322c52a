import { Redis } from 'ioredis'
import { RedisUnreachable, withoutSecrets } from '../../domain/errors.ts'
import { errorMessage } from '../../runtime/error-message.ts'

/** Connects and sends one PING, each within five seconds. @throws RedisUnreachable */
export async function pingRedis(url: string): Promise<void> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: 5_000,
    commandTimeout: 5_000,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  })
  const heard: { error?: Error } = {}
  // Without a listener the client would print the error. The listener keeps it, because the connect
  // error below says only "Connection is closed".
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
