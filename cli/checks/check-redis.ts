import { pingRedis } from '../../adapters/ioredis/ping-redis.ts'
import type { Needs } from '../../config/schema/config.ts'
import { explainError } from '../session/explain-error.ts'
import { down, type Finding, well } from './finding.ts'

export async function checkRedis({ url }: Needs['redis']): Promise<Finding[]> {
  try {
    await pingRedis(url.reveal())
    return [well('REDIS_URL', 'Redis answers')]
  } catch (error) {
    const fix = 'check that Redis is running and accepts this user; without it sweeps are slower, never wrong'
    return [down('REDIS_URL', explainError(error).message, fix)]
  }
}
