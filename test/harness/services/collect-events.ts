import { connect } from 'amqplib'

export interface SeenEvent {
  readonly type: string
  readonly seq: number
  readonly depositId?: string
  readonly data?: Readonly<Record<string, unknown>>
}

/**
 * Collects every event of deposits and sweeps that a deployment publishes from now on, including
 * repeats, as a consumer of the events would receive them.
 */
export async function collectEvents(env: Readonly<Record<string, string>>) {
  const connection = await connect(env['RABBITMQ_URL'] ?? '')
  connection.on('error', () => {})
  const channel = await connection.createChannel()
  const { queue } = await channel.assertQueue('', { exclusive: true })
  await channel.bindQueue(queue, `${env['RABBITMQ_PREFIX']}coldsweep.events`, 'deposit.#')
  await channel.bindQueue(queue, `${env['RABBITMQ_PREFIX']}coldsweep.events`, 'sweep.#')
  const events: SeenEvent[] = []
  await channel.consume(
    queue,
    (message) => {
      if (message) events.push(JSON.parse(message.content.toString()) as SeenEvent)
    },
    { noAck: true },
  )
  return { events: events as readonly SeenEvent[], close: () => connection.close() }
}
