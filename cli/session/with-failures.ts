import { connectBus } from '../../adapters/amqplib/connect-bus.ts'
import { createFailures } from '../../adapters/amqplib/failures.ts'
import { createLog } from '../../adapters/pino/create-log.ts'
import type { Needs } from '../../config/schema/config.ts'
import type { Failures } from '../../domain/outbox/failures.ts'

/**
 * Connects to RabbitMQ for one verb on Processing_Failures, then disconnects. Throws
 * `BusUnreachable` or `BusRefused`.
 */
export async function withFailures<T>(
  { url, prefix }: Needs['rabbitmq'],
  work: (failures: Failures) => Promise<T>,
): Promise<T> {
  const log = createLog({ level: 'silent' })
  const bus = await connectBus({ url: url.reveal(), prefix, name: 'coldsweep failures', log })
  try {
    return await work(createFailures(bus))
  } finally {
    await bus.close()
  }
}
