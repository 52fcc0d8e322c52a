import { connectBus } from '../../adapters/amqplib/connect-bus.ts'
import { createLog } from '../../adapters/pino/create-log.ts'
import type { Needs } from '../../config/schema/config.ts'
import { explainError } from '../session/explain-error.ts'
import { unreachable, type CheckResult, passed } from './check-result.ts'

export async function checkRabbitmq({ url, prefix }: Needs['rabbitmq']): Promise<CheckResult[]> {
  const log = createLog({ level: 'silent' })
  const bus = await connectBus({ url: url.reveal(), prefix, name: 'coldsweep config check', log })
  try {
    await bus.ready(5_000)
    return [passed('RABBITMQ_URL', 'RabbitMQ answers')]
  } catch (error) {
    const fix = 'check that RabbitMQ is running and accepts this user'
    return [unreachable('RABBITMQ_URL', explainError(error).message, fix)]
  } finally {
    await bus.close()
  }
}
