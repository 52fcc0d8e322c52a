// Relays outbox rows as the worker does. Kills itself after the broker has confirmed the first rows
// and before the rows are deleted.
//   node --import tsx test/harness/processes/relay-and-die.ts <postgres url> <amqp url> <prefix>
import { createBusPublisher } from '../../../adapters/amqplib/bus-publisher.ts'
import { connectBus } from '../../../adapters/amqplib/connect-bus.ts'
import { openDatabase } from '../../../adapters/drizzle/database.ts'
import { createOutbox } from '../../../adapters/drizzle/outbox/outbox.ts'
import { createRelay } from '../../../workers/relay.ts'
import { recordingLog } from '../fakes/recording-log.ts'
import { recordingMetrics } from '../fakes/recording-metrics.ts'

const [databaseUrl = '', url = '', prefix = ''] = process.argv.slice(2)
const log = recordingLog()
const bus = await connectBus({ url, prefix, name: 'relay-and-die', log })
await bus.ready(60_000)
const outbox = createOutbox(openDatabase(databaseUrl, { applicationName: 'relay-and-die' }).db)
const relay = createRelay({
  outbox: {
    ...outbox,
    drain: (kind, limit, publish) =>
      outbox.drain(kind, limit, async (rows) => {
        await publish(rows)
        process.kill(process.pid, 'SIGKILL')
        return []
      }),
  },
  publisher: createBusPublisher(bus),
  log,
  metrics: recordingMetrics(),
})
await relay.run(new AbortController().signal)
