import { pingRedis } from '../../adapters/ioredis/ping-redis.ts'
import type { Needs } from '../../config/schema/config.ts'
import { explainError } from '../session/explain-error.ts'
import { unreachable, type CheckResult, passed } from './check-result.ts'

export async function checkRedis({ url }: Needs['redis']): Promise<CheckResult[]> {
  try {
    await pingRedis(url.reveal())
    return [passed('REDIS_URL', 'Redis answers')]
  } catch (error) {
    const fix = 'check that Redis is running and accepts this user; without it sweeps are slower, never wrong'
    return [unreachable('REDIS_URL', explainError(error).message, fix)]
  }
}
