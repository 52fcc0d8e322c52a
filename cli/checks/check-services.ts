import { connectBus } from '../../adapters/amqplib/connect-bus.ts'
import { pingRedis } from '../../adapters/ioredis/ping-redis.ts'
import { createLog } from '../../adapters/pino/create-log.ts'
import { inspectNamespace } from '../../adapters/temporal/inspect-namespace.ts'
import type { Needs } from '../../config/schema/config.ts'
import { explainError } from '../session/explain-error.ts'
import { withTemporal } from '../session/with-temporal.ts'
import { type CheckResult, passed, unreachable, warning } from './check-result.ts'

/** Checks that RabbitMQ is reachable and accepts the user. */
export async function checkRabbitmq({ url, prefix }: Needs['rabbitmq']): Promise<CheckResult[]> {
  const log = createLog({ level: 'silent' })
  const bus = await connectBus({ url: url.reveal(), prefix, name: 'coldsweep config check', log })
  try {
    await bus.ready(5_000)
    return [passed('RABBITMQ_URL', 'RabbitMQ answers')]
  } catch (error) {
    const fix =
      'check that RabbitMQ is running, and that this user may use the virtual host at the end of the URL (without a path: the host /)'
    return [unreachable('RABBITMQ_URL', explainError(error).message, fix)]
  } finally {
    await bus.close()
  }
}

/** Checks that Redis is reachable and accepts the user. */
export async function checkRedis({ url }: Needs['redis']): Promise<CheckResult[]> {
  try {
    await pingRedis(url.reveal())
    return [passed('REDIS_URL', 'Redis answers')]
  } catch (error) {
    const fix =
      'check that Redis is running and accepts this user; without it sweeps are slower, never wrong'
    return [unreachable('REDIS_URL', explainError(error).message, fix)]
  }
}

const migrate = 'run "coldsweep migrate"'

/** Checks that Temporal is reachable and has the namespace and its search attributes. */
export async function checkTemporal(temporal: Needs['temporal']): Promise<CheckResult[]> {
  const { address, namespace } = temporal
  try {
    const report = await withTemporal(temporal, inspectNamespace)
    if (report.kind === 'no-namespace') {
      const what = `namespace ${namespace} does not exist on ${address} yet`
      return [warning('temporal-namespace', 'TEMPORAL_NAMESPACE', what, migrate)]
    }
    const { missingSearchAttributes: missing } = report
    if (missing.length === 0) return [passed('TEMPORAL_ADDRESS', `namespace ${namespace} is ready`)]
    const what = `namespace ${namespace} has no search attributes ${missing.join(', ')}`
    return [warning('temporal-attributes', 'TEMPORAL_NAMESPACE', what, migrate)]
  } catch (error) {
    const fix = 'check that the Temporal server is running and reachable'
    return [unreachable('TEMPORAL_ADDRESS', `${address}: ${explainError(error).message}`, fix)]
  }
}
